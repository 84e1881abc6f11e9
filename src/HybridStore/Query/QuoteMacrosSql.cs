namespace HybridStore.Query;

/// <summary>The SQL of the time-series functions on quotes.</summary>
internal static class QuoteMacrosSql
{
    private const string Day = MacrosSql.Day;
    private const string Range = MacrosSql.RangeParameters;
    private const string InRange = MacrosSql.InRange;
    private const string UntilNow = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";

    internal static IReadOnlyList<QueryMacro> Macros() =>
    [
        new(
            $"quote_changes(dataset, {Range})",
            "Both sides of a venue's quote whenever the price or size of one of them is another than before; what is said again as it was is left out; hybrid_seq orders rows of one time",
            "select venue, count(*) from quote_changes('quotes') group by all order by all",
            $"""
            WITH standing AS (SELECT {Day}, time, seq, venue, {Standing} FROM {TickViewsSql.Ticks("dataset")} WHERE (bid IS NOT NULL OR ask IS NOT NULL) AND {InRange}
                WINDOW past AS (PARTITION BY {Day}, venue ORDER BY time, seq {UntilNow}))
            SELECT {Day}, time, venue, {Sides}, seq AS hybrid_seq FROM standing
            WINDOW before AS (PARTITION BY {Day}, venue ORDER BY time, seq)
            QUALIFY bid IS DISTINCT FROM lag(bid) OVER before OR bid_size IS DISTINCT FROM lag(bid_size) OVER before OR ask IS DISTINCT FROM lag(ask) OVER before
                OR ask_size IS DISTINCT FROM lag(ask_size) OVER before
            """),
        new(
            $"bbo(dataset, every, {Range})",
            "Each venue's bid and ask at the end of each interval, stamped there, without the intervals in which nothing had changed; the day's last interval ends a microsecond before midnight",
            "from bbo('quotes', '1 minute') where symbol = 'IBM' and venue = 'P' and date = '2013-10-07' order by time limit 10",
            $"""
            WITH said AS (SELECT {Day}, venue, {MacrosSql.Bucket} AS bucket, any_value(day_end) AS day_end, arg_max(bid, tick) AS bid, arg_max_null(bid_size, tick) FILTER (bid IS NOT NULL) AS bid_size,
                    arg_max(ask, tick) AS ask, arg_max_null(ask_size, tick) FILTER (ask IS NOT NULL) AS ask_size
                FROM {TickViewsSql.Ticks("dataset")} WHERE (bid IS NOT NULL OR ask IS NOT NULL) AND {InRange} GROUP BY {Day}, venue, {MacrosSql.Bucket}),
            standing AS (SELECT {Day}, venue, bucket, day_end, {Standing} FROM said WINDOW past AS (PARTITION BY {Day}, venue ORDER BY bucket {UntilNow}))
            SELECT {Day}, {MacrosSql.BucketEnd()} AS time, venue, {Sides} FROM standing
            QUALIFY row({Sides}) IS DISTINCT FROM lag(row({Sides})) OVER (PARTITION BY {Day}, venue ORDER BY bucket)
            """),
        new(
            $"bbo_1s(dataset, {Range})",
            "The same for every second",
            "from bbo_1s('quotes') where symbol = 'IBM' and venue = 'P' and date = '2013-10-07' order by time limit 10",
            $"FROM bbo(dataset, '1 second', {MacrosSql.SameRange})"),
        new(
            $"nbbo(dataset, {Range})",
            "The best bid and ask over all venues whenever they change; a venue's side counts from when it was said until the venue says it anew",
            "from nbbo('quotes') where symbol = 'IBM' and date = '2013-10-07' order by time limit 10",
            $"""
            WITH said AS (SELECT {Day}, time, venue, arg_max(bid, tick) AS bid, arg_max(ask, tick) AS ask FROM {TickViewsSql.Ticks("dataset")}
                WHERE (bid IS NOT NULL OR ask IS NOT NULL) AND {InRange} GROUP BY {Day}, time, venue),
            standing AS (SELECT {Day}, time, venue, last_value(bid IGNORE NULLS) OVER past AS bid, last_value(ask IGNORE NULLS) OVER past AS ask
                FROM said WINDOW past AS (PARTITION BY {Day}, venue ORDER BY time {UntilNow})),
            changes AS (SELECT {Day}, time, venue, bid, ask FROM standing
                QUALIFY row(bid, ask) IS DISTINCT FROM lag(row(bid, ask)) OVER (PARTITION BY {Day}, venue ORDER BY time)),
            moments AS (SELECT {Day}, time, of.venue FROM (SELECT DISTINCT {Day}, time FROM changes) JOIN (SELECT DISTINCT {Day}, venue FROM changes) of USING ({Day})),
            sides AS (SELECT moments.symbol, moments.date, moments.time, changes.bid, changes.ask FROM moments ASOF JOIN changes
                ON moments.symbol = changes.symbol AND moments.date = changes.date AND moments.venue IS NOT DISTINCT FROM changes.venue AND moments.time >= changes.time),
            best AS (SELECT {Day}, time, max(bid) FILTER (bid > 0) AS bid, min(ask) FILTER (ask > 0) AS ask FROM sides GROUP BY {Day}, time)
            SELECT {Day}, time, bid, ask FROM best
            QUALIFY row(bid, ask) IS DISTINCT FROM lag(row(bid, ask)) OVER (PARTITION BY {Day} ORDER BY time)
            """),
        new(
            $"asof_trades_quotes(trades, quotes, tolerance := '1 day', {Range})",
            "Each trade with the last bid and ask of its day said at or before it, null when the last of them was said longer ago than the tolerance",
            "select avg(price - (bid + ask) / 2) from asof_trades_quotes('trades', 'quotes', '10 seconds') where symbol = 'IBM'",
            $"""
            WITH traded AS (SELECT {Day}, time, seq, price, size, venue, (epoch_us(time)::HUGEINT + 1) * {TickViewsSql.TicksOfMicrosecond} AS behind FROM {TickViewsSql.Ticks("trades")} WHERE {InRange}),
            bids AS (SELECT {Day}, time, tick, bid, bid_size FROM {TickViewsSql.Ticks("quotes")} WHERE bid IS NOT NULL AND {InRange}),
            asks AS (SELECT {Day}, time, tick, ask, ask_size FROM {TickViewsSql.Ticks("quotes")} WHERE ask IS NOT NULL AND {InRange}),
            found AS (SELECT t.symbol, t.date, t.time, t.price, t.size, t.venue, greatest(b.time, a.time) AS quote_time, b.bid, b.bid_size, a.ask, a.ask_size
                FROM traded t ASOF LEFT JOIN bids b ON t.symbol = b.symbol AND t.date = b.date AND t.behind > b.tick
                ASOF LEFT JOIN asks a ON t.symbol = a.symbol AND t.date = a.date AND t.behind > a.tick)
            SELECT {Day}, time, price, size, venue, {Fresh("quote_time")}, {Fresh("bid")}, {Fresh("bid_size")}, {Fresh("ask")}, {Fresh("ask_size")} FROM found
            """),
    ];

    private const string Sides = "bid, bid_size, ask, ask_size";

    /// <summary>
    /// Both sides as said last in the window <c>past</c>. A size belongs to the price that it was said with: where that one came without, NaN stands for it meanwhile, so that an
    /// older size is not taken for it.
    /// </summary>
    private const string Standing =
        """
        last_value(bid IGNORE NULLS) OVER past AS bid, nullif(last_value(CASE WHEN bid IS NOT NULL THEN coalesce(bid_size, 'NaN'::DOUBLE) END IGNORE NULLS) OVER past, 'NaN'::DOUBLE) AS bid_size,
        last_value(ask IGNORE NULLS) OVER past AS ask, nullif(last_value(CASE WHEN ask IS NOT NULL THEN coalesce(ask_size, 'NaN'::DOUBLE) END IGNORE NULLS) OVER past, 'NaN'::DOUBLE) AS ask_size
        """;

    private static string Fresh(string column) => $"CASE WHEN quote_time >= time - tolerance::INTERVAL THEN {column} END AS {column}";
}
