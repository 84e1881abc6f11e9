namespace HybridStore.Benchmarks.Query;

/// <summary>SQL of the query benchmark's data.</summary>
internal static class QueryBenchmarkSql
{
    /// <summary>Twenty quotes a day of 1,000 symbols on 100 days: 100,000 small files. The hash is DuckDB's, so the same version makes the same file.</summary>
    internal static string ManyQuotes(string path) =>
        $"""
        COPY (SELECT printf('S%04d', s) AS symbol, strftime(TIMESTAMP '2024-01-01 09:30:00' + to_days(d::INT) + to_seconds((i * 97)::INT), '%Y-%m-%d %H:%M:%S') AS time,
            round(20 + s / 10.0 + (hash(s * 100000 + d * 100 + i) % 1000) / 100.0, 2) AS bid_price, (hash(i + d * 7 + s) % 50 + 1) * 100 AS bid_size,
            round(20.02 + s / 10.0 + (hash(s * 100000 + d * 100 + i) % 1000) / 100.0, 2) AS ask_price, (hash(i + d * 11 + s) % 50 + 1) * 100 AS ask_size
            FROM range(100) a(d), range(1000) b(s), range(20) c(i) ORDER BY d, s, i) TO '{path}' (HEADER)
        """;

    /// <summary>What people do who have no lake: one Parquet file, sorted by symbol and time, with the date in it.</summary>
    internal static string SortedFile(string lake, string symbol, string time, string path) =>
        $"COPY (SELECT *, {time}::DATE AS date FROM read_parquet('{lake}/**/*.parquet', hive_partitioning = false) ORDER BY {symbol}, {time}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)";

    internal static string SortedView(string name, string symbol, string path) =>
        $"CREATE VIEW {name} AS SELECT *{(symbol == "symbol" ? "" : $", {symbol} AS symbol")} FROM read_parquet('{path}')";

    /// <summary>One symbol, one day, two columns; every value is looked at.</summary>
    internal static string OneDay(string table, string symbol, string date) =>
        $"SELECT count(*), round(sum(bid_price), 4), round(sum(ask_price), 4) FROM {table} WHERE symbol = '{symbol}' AND date = '{date}'";

    internal static string Glob(string lake) => $"read_parquet('{lake}/**/*.parquet', hive_partitioning = true)";

    internal static string Sum(string table) => $"SELECT sum(bid_price) FROM {table}";

    internal static string Bids(string table) => $"SELECT bid_price FROM {table}";
}
