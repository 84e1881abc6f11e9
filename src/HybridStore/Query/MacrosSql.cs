namespace HybridStore.Query;

/// <summary>The SQL of the time-series functions on prices, columns and rows, and the words that all of them share.</summary>
internal static class MacrosSql
{
    internal const string Day = "symbol, date";

    /// <summary>The parameters that narrow a function's input; left out, all of the dataset counts.</summary>
    internal const string RangeParameters = "from_date := NULL, to_date := NULL, symbols := NULL";

    /// <summary>What those parameters ask for. With constants, DuckDB folds it to plain comparisons, by which files are pruned.</summary>
    internal const string InRange = "(from_date IS NULL OR date >= from_date::DATE) AND (to_date IS NULL OR date <= to_date::DATE) AND (symbols IS NULL OR list_contains(symbols, symbol))";

    /// <summary>Passes the parameters on.</summary>
    internal const string SameRange = "from_date := from_date, to_date := to_date, symbols := symbols";

    /// <summary>Whether an interval is of whole days: it begins and ends at midnights of the dataset's zone.</summary>
    private const string IsOfDays = "every::INTERVAL >= INTERVAL 1 DAY";

    /// <summary>The start of a row's interval: at a midnight of the dataset's zone, shorter ones at their multiples from there.</summary>
    internal const string Bucket =
        $"CASE WHEN {IsOfDays} THEN hybrid_zone_start(zone, ({BucketDate})::TIMESTAMP, time) "
        + "ELSE time_bucket(every::INTERVAL, time, midnight) END";

    /// <summary>The date of a row's interval. For intervals of up to a day it is the plain column, by which DuckDB prunes files.</summary>
    private const string BucketDate = "CASE WHEN every::INTERVAL > INTERVAL 1 DAY THEN time_bucket(every::INTERVAL, date)::DATE ELSE date END";

    /// <summary>The end of an interval within its day.</summary>
    /// <param name="row">What has its <c>bucket</c> and <c>day_end</c>, with the dot; empty where only one has.</param>
    internal static string BucketEnd(string row = "") =>
        $"CASE WHEN {IsOfDays} THEN {row}day_end ELSE least({row}bucket + every::INTERVAL, {row}day_end) END";

    internal static string Create(QueryMacro macro) => $"CREATE OR REPLACE TEMP MACRO {macro.Signature} AS {(macro.IsScalar ? "" : "TABLE ")}{macro.Body}";

    internal static IReadOnlyList<QueryMacro> Macros() =>
    [
        new(
            $"bars(dataset, every, {RangeParameters})",
            "Open, high, low, close, volume, trades and VWAP by symbol and interval, stamped at its start; of quotes, from the mid price of the venue that quotes",
            "from bars('trades', '5 minutes', '2013-10-07', '2013-10-07', ['IBM']) order by time",
            $"""
            SELECT symbol, {BucketDate} AS date, {Bucket} AS time, arg_min(price, tick) AS open, max(price) AS high, min(price) AS low, arg_max(price, tick) AS close,
                sum(size) AS volume, count(*) AS trades, sum(price * size) / nullif(sum(size) FILTER (price IS NOT NULL), 0) AS vwap
            FROM {TickViewsSql.Prices("dataset")} WHERE {InRange} GROUP BY symbol, {BucketDate}, {Bucket}
            """),
        new(
            $"vwap(dataset, every, {RangeParameters})",
            "Volume-weighted average price by symbol and interval",
            "from vwap('trades', '1 day') order by symbol, time",
            $"SELECT {Day}, time, vwap, volume FROM bars(dataset, every, {SameRange})"),
        new(
            $"twap(dataset, every, {RangeParameters})",
            "Time-weighted average price by symbol and interval: each price counts until the next one of its day",
            "from twap('trades', '1 hour') where symbol = 'IBM' order by time",
            Weighted(
                $"SELECT symbol, date, time, zone, midnight, tick, price AS value FROM {TickViewsSql.Prices("dataset")} WHERE {InRange}",
                "twap")),
        new(
            $"time_weighted(dataset, col, every, {RangeParameters})",
            "Time-weighted average of a column by symbol and interval: each value counts until the next one of its day",
            "from time_weighted('trades', 'price', '1 hour') where symbol = 'IBM' order by time",
            Weighted(
                "SELECT symbol, date, hybrid_time AS time, hybrid_zone AS zone, hybrid_midnight AS midnight, "
                + $"{TickViewsSql.Tick} AS tick, COLUMNS(lambda name: name = lower(col))::DOUBLE AS value "
                + $"FROM {TickViewsSql.Rows("dataset")} WHERE {InRange}",
                "value")),
        new(
            $"resample(dataset, every, {RangeParameters})",
            "Price, bid and ask as last said before the end of each interval, carried forward within the day and stamped at the end; the day's last interval ends a microsecond before midnight",
            "from resample('quotes', '1 minute') where symbol = 'IBM' and date = '2013-10-07' order by time",
            $"""
            WITH said AS (SELECT {Day}, {Bucket} AS bucket, any_value(day_end) AS day_end, arg_max(price, tick) AS price, arg_max(bid, tick) AS bid, arg_max(ask, tick) AS ask
                FROM {TickViewsSql.Ticks("dataset")} WHERE {InRange} GROUP BY {Day}, {Bucket}),
            filled AS (SELECT {Day}, bucket, last_value(price IGNORE NULLS) OVER past AS price, last_value(bid IGNORE NULLS) OVER past AS bid, last_value(ask IGNORE NULLS) OVER past AS ask
                FROM said WINDOW past AS (PARTITION BY {Day} ORDER BY bucket ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)),
            grid AS (SELECT {Day}, day_end, unnest(generate_series(first, last, every::INTERVAL)) AS bucket
                FROM (SELECT {Day}, any_value(day_end) AS day_end, min(bucket) AS first, max(bucket) AS last FROM said GROUP BY {Day}))
            SELECT grid.symbol, grid.date, {BucketEnd("grid.")} AS time,
                coalesce(filled.price, CASE WHEN filled.bid > 0 AND filled.ask > 0 THEN (filled.bid + filled.ask) / 2 END) AS price, filled.bid, filled.ask
            FROM grid ASOF JOIN filled ON grid.symbol IS NOT DISTINCT FROM filled.symbol AND grid.date = filled.date AND grid.bucket >= filled.bucket
            """),
        new(
            $"sample_every(dataset, n, {RangeParameters})",
            "Every n-th row of each symbol and day, the first one included; hybrid_seq orders rows of one time",
            "from sample_every('trades', 1000) where symbol = 'IBM' limit 10",
            $"""
            SELECT * EXCLUDE (hybrid_time, hybrid_instant, hybrid_zone, hybrid_midnight, hybrid_day_end) FROM {TickViewsSql.Rows("dataset")} WHERE {InRange}
            QUALIFY (row_number() OVER (PARTITION BY {Day} ORDER BY hybrid_time, hybrid_seq) - 1)
                % CASE WHEN n > 0 THEN n ELSE error('sample_every: n must be 1 or more') END = 0
            """),
        new(
            $"gaps(dataset, longer_than, {RangeParameters})",
            "Silence within a day: from when to when no row of a symbol came",
            "from gaps('quotes', '5 minutes') order by gap desc limit 10",
            $"""
            SELECT {Day}, time AS after, next AS until, next - time AS gap
            FROM (SELECT {Day}, time, lead(time) OVER (PARTITION BY {Day} ORDER BY time) AS next FROM {TickViewsSql.Ticks("dataset")} WHERE {InRange}) WHERE next - time >= longer_than::INTERVAL
            """),
        new(
            $"coverage(dataset, {RangeParameters})",
            "Rows, first and last time by symbol and day",
            "from coverage('quotes') order by symbol, date",
            $"SELECT {Day}, count(*) AS row_count, min(time) AS first_time, max(time) AS last_time FROM {TickViewsSql.Ticks("dataset")} WHERE {InRange} GROUP BY {Day}"),
    ];

    /// <summary>The average of values, each weighted by how long it stood in the interval.</summary>
    /// <param name="values">SQL of symbol, date, time, zone, midnight, tick and value.</param>
    /// <param name="name">The average's column.</param>
    private static string Weighted(string values, string name) =>
        $"""
        WITH said AS ({values}),
        stood AS (
            SELECT {Day}, time, zone, midnight, value, lead(time) OVER (PARTITION BY {Day} ORDER BY tick) AS until
            FROM said WHERE value IS NOT NULL),
        pieces AS (
            SELECT symbol, {BucketDate} AS date, time, until, value,
                unnest(CASE WHEN {IsOfDays} THEN [{Bucket}] ELSE range({Bucket}, until, every::INTERVAL) END) AS bucket
            FROM stood WHERE until > time),
        ends AS (SELECT *, CASE WHEN {IsOfDays} THEN until ELSE least(until, bucket + every::INTERVAL) END AS bucket_end FROM pieces),
        weighted AS (
            SELECT {Day}, bucket, value, date_diff('microsecond', greatest(time, bucket), bucket_end)::DOUBLE AS weight FROM ends)
        SELECT {Day}, bucket AS time, sum(value * weight) / sum(weight) AS {name} FROM weighted GROUP BY {Day}, bucket
        """;
}
