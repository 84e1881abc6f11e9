using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>The SQL of the time-series functions.</summary>
/// <remarks>
/// They read a view beside each dataset's own, whose columns have the same names for every dataset: symbol, date, time, price, size,
/// bid, bid_size, ask, ask_size, venue, and seq, which orders rows as they were stored where times are equal.
/// </remarks>
internal static class MacrosSql
{
    /// <summary>The name of a dataset's view of ticks.</summary>
    internal static string TicksView(string dataset) => TicksPrefix + dataset;

    internal static string Create(QueryMacro macro) => $"CREATE OR REPLACE TEMP MACRO {macro.Signature} AS TABLE {macro.Body}";

    /// <summary>The columns of the view of ticks, over a file's.</summary>
    /// <param name="dataset">Whose.</param>
    /// <param name="date">The partition date.</param>
    internal static string TickColumnList(Dataset dataset, string date)
    {
        var time = SqlText.Identifier(dataset.TimeColumn);
        var roles = TickColumns.Of(dataset).ToDictionary(role => role.Role, role => role.Column is { } column ? $"{SqlText.Identifier(column.Name)}::{role.Type.ToSql()}" : $"NULL::{role.Type.ToSql()}");
        // Of quotes, the price is the middle between both sides, where a row has both.
        if (TickColumns.Of(dataset).First(role => role.Role == "price").Column is null) roles["price"] = $"CASE WHEN {roles["bid"]} > 0 AND {roles["ask"]} > 0 THEN ({roles["bid"]} + {roles["ask"]}) / 2 END";
        return $"{SqlText.Identifier(dataset.SymbolColumn)} AS symbol, {date} AS date, {time} AS time, epoch_us({time}::TIMESTAMP)::HUGEINT * 4294967296 + file_row_number AS seq, "
            + string.Join(", ", roles.Select(role => $"{role.Value} AS {role.Key}"));
    }

    private const string TicksPrefix = "hybrid_ticks_";

    private const string Day = "symbol, date";

    private const string Ordered = "PARTITION BY symbol, date ORDER BY time, seq";

    internal static IReadOnlyList<QueryMacro> Macros() =>
    [
        new(
            "bars(dataset, every)",
            "Open, high, low, close, volume, trades and VWAP by symbol and interval, stamped at its start; of quotes, from the mid price",
            "from bars('trades', '5 minutes') where symbol = 'IBM' and date = '2013-10-07' order by time",
            $"""
            SELECT {Day}, time_bucket(every::INTERVAL, time) AS time, arg_min(price, seq) AS open, max(price) AS high, min(price) AS low, arg_max(price, seq) AS close,
                sum(size) AS volume, count(*) AS trades, sum(price * size) / nullif(sum(size), 0) AS vwap
            FROM {Ticks("dataset")} WHERE price IS NOT NULL GROUP BY {Day}, time_bucket(every::INTERVAL, time)
            """),
        new(
            "vwap(dataset, every)",
            "Volume-weighted average price by symbol and interval",
            "from vwap('trades', '1 day') order by symbol, time",
            $"""
            SELECT {Day}, time_bucket(every::INTERVAL, time) AS time, sum(price * size) / nullif(sum(size), 0) AS vwap, sum(size) AS volume
            FROM {Ticks("dataset")} WHERE price IS NOT NULL GROUP BY {Day}, time_bucket(every::INTERVAL, time)
            """),
        new(
            "twap(dataset, every)",
            "Time-weighted average price by symbol and interval: each price counts until the next one of its day",
            "from twap('trades', '1 hour') where symbol = 'IBM' order by time",
            $"""
            WITH priced AS (SELECT {Day}, time, price, lead(time) OVER ({Ordered}) AS until FROM {Ticks("dataset")} WHERE price IS NOT NULL),
            pieces AS (SELECT {Day}, time, until, price, unnest(range(time_bucket(every::INTERVAL, time), until, every::INTERVAL)) AS bucket FROM priced WHERE until > time),
            weighted AS (SELECT {Day}, bucket, price, date_diff('microsecond', greatest(time, bucket), least(until, bucket + every::INTERVAL))::DOUBLE AS weight FROM pieces)
            SELECT {Day}, bucket AS time, sum(price * weight) / sum(weight) AS twap FROM weighted GROUP BY {Day}, bucket
            """),
        new(
            "quote_changes(dataset)",
            "Quotes whose price or size differs from the one before of the same symbol, venue and day",
            "select venue, count(*) from quote_changes('quotes') group by all order by all",
            $"""
            SELECT {Day}, time, venue, bid, bid_size, ask, ask_size FROM {Ticks("dataset")}
            QUALIFY row(bid, bid_size, ask, ask_size) IS DISTINCT FROM lag(row(bid, bid_size, ask, ask_size)) OVER (PARTITION BY symbol, date, venue ORDER BY time, seq)
                OR row_number() OVER (PARTITION BY symbol, date, venue ORDER BY time, seq) = 1
            """),
        new(
            "resample(dataset, every)",
            "Price, bid and ask as last said before the end of each interval, carried forward within the day and stamped at the end",
            "from resample('quotes', '1 minute') where symbol = 'IBM' and date = '2013-10-07' order by time",
            $"""
            WITH filled AS ({Filled("dataset")}),
            grid AS (SELECT {Day}, unnest(generate_series(first, last, every::INTERVAL)) AS time FROM
                (SELECT {Day}, time_bucket(every::INTERVAL, min(time)) + every::INTERVAL AS first, time_bucket(every::INTERVAL, max(time)) + every::INTERVAL AS last FROM filled GROUP BY {Day}))
            SELECT grid.symbol, grid.date, grid.time, filled.price, filled.bid, filled.ask
            FROM grid ASOF JOIN filled ON grid.symbol = filled.symbol AND grid.date = filled.date AND grid.time > filled.time
            """),
        new(
            "bbo(dataset, every)",
            "Bid and ask at the end of each interval, without the intervals at whose end nothing had changed",
            "from bbo('quotes', '1 second') where symbol = 'IBM' and date = '2013-10-07' order by time limit 10",
            $"""
            SELECT {Day}, time, bid, ask FROM resample(dataset, every)
            QUALIFY row(bid, ask) IS DISTINCT FROM lag(row(bid, ask)) OVER (PARTITION BY symbol, date ORDER BY time)
            """),
        new(
            "nbbo(dataset)",
            "The best bid and ask over all venues whenever they change; a venue's side counts from when it was said until the venue says it anew",
            "from nbbo('quotes') where symbol = 'IBM' and date = '2013-10-07' order by time limit 10",
            $"""
            WITH venues AS (SELECT {Day}, time, venue, last_value(bid IGNORE NULLS) OVER past AS bid, last_value(ask IGNORE NULLS) OVER past AS ask FROM {Ticks("dataset")}
                WINDOW past AS (PARTITION BY symbol, date, venue ORDER BY time, seq)
                QUALIFY row_number() OVER (PARTITION BY symbol, date, venue, time ORDER BY seq DESC) = 1),
            moments AS (SELECT DISTINCT symbol, date, time, of.venue FROM venues JOIN (SELECT DISTINCT symbol, date, venue FROM venues) of USING (symbol, date)),
            standing AS (SELECT moments.symbol, moments.date, moments.time, venues.bid, venues.ask FROM moments ASOF JOIN venues
                ON moments.symbol = venues.symbol AND moments.date = venues.date AND moments.venue IS NOT DISTINCT FROM venues.venue AND moments.time >= venues.time),
            best AS (SELECT {Day}, time, max(bid) FILTER (bid > 0) AS bid, min(ask) FILTER (ask > 0) AS ask FROM standing GROUP BY {Day}, time)
            SELECT {Day}, time, bid, ask FROM best
            QUALIFY row(bid, ask) IS DISTINCT FROM lag(row(bid, ask)) OVER (PARTITION BY symbol, date ORDER BY time)
                OR row_number() OVER (PARTITION BY symbol, date ORDER BY time) = 1
            """),
        new(
            "asof_trades_quotes(trades, quotes, tolerance)",
            "Each trade with the last bid and ask of its day said at or before it, null when that is longer ago than the tolerance",
            "select avg(price - (bid + ask) / 2) from asof_trades_quotes('trades', 'quotes', '10 seconds') where symbol = 'IBM'",
            $"""
            WITH said AS ({Filled("quotes")})
            SELECT t.symbol, t.date, t.time, t.price, t.size, t.venue,
                CASE WHEN said.time >= t.time - tolerance::INTERVAL THEN said.time END AS quote_time,
                CASE WHEN said.time >= t.time - tolerance::INTERVAL THEN said.bid END AS bid,
                CASE WHEN said.time >= t.time - tolerance::INTERVAL THEN said.ask END AS ask
            FROM {Ticks("trades")} t ASOF LEFT JOIN said ON t.symbol = said.symbol AND t.date = said.date AND t.time >= said.time
            """),
        new(
            "gaps(dataset, longer_than)",
            "Silence within a day: from when to when no row of a symbol came",
            "from gaps('quotes', '5 minutes') order by gap desc limit 10",
            $"""
            SELECT {Day}, time AS after, next AS until, next - time AS gap
            FROM (SELECT {Day}, time, lead(time) OVER ({Ordered}) AS next FROM {Ticks("dataset")}) WHERE next - time >= longer_than::INTERVAL
            """),
        new(
            "coverage(dataset)",
            "Rows, first and last time by symbol and day",
            "from coverage('quotes') order by symbol, date",
            $"SELECT {Day}, count(*) AS row_count, min(time) AS first_time, max(time) AS last_time FROM {Ticks("dataset")} GROUP BY {Day}"),
    ];

    private static string Ticks(string parameter) => $"query_table('{TicksPrefix}' || lower({parameter}))";

    /// <summary>At each time one row, with the sides as last said, also where a row carries one side only.</summary>
    private static string Filled(string parameter) =>
        $"SELECT {Day}, time, last_value(price IGNORE NULLS) OVER past AS price, last_value(bid IGNORE NULLS) OVER past AS bid, last_value(ask IGNORE NULLS) OVER past AS ask "
        + $"FROM {Ticks(parameter)} WINDOW past AS ({Ordered}) QUALIFY row_number() OVER (PARTITION BY {Day}, time ORDER BY seq DESC) = 1";
}
