namespace HybridStore.Benchmarks.Ingest;

/// <summary>SQL of the ingest benchmark: its sources, and the peer that it is measured against.</summary>
internal static class IngestSourcesSql
{
    private const string QuoteColumns =
        "{'symbol': 'VARCHAR', 'timestamp': 'TIMESTAMP', 'bid_price': 'DOUBLE', 'bid_size': 'BIGINT', 'ask_price': 'DOUBLE', 'ask_size': 'BIGINT', 'exchange': 'VARCHAR', 'condition': 'VARCHAR'}";

    private const string GeneratorColumns = "{'settlementdate': 'TIMESTAMP', 'duid': 'VARCHAR', 'mw': 'DOUBLE', 'price': 'DOUBLE', 'status': 'BIGINT'}";

    /// <summary>All symbols of a day in one CSV, in order of time; the numbers keep their four digits.</summary>
    internal static string ByDay(string quotes, int day, string path) =>
        $"COPY (SELECT * FROM read_csv('{quotes}/*_2013-10-{day:00}.csv', all_varchar = true) ORDER BY timestamp) TO '{path}' (HEADER)";

    /// <summary>Five-minute output of 1,000 generators over 30 days, in order of time. The hash is DuckDB's, so the same version makes the same file.</summary>
    internal static string Generators(string path) =>
        $"""
        COPY (SELECT strftime(TIMESTAMP '2024-11-01' + INTERVAL (5 * t) MINUTE, '%Y-%m-%d %H:%M:%S') AS settlementdate, printf('GEN%04d', g) AS duid,
            round(50 + 40 * sin(t / 30.0 + g) + (hash(g * 100000 + t) % 1000) / 100.0, 2) AS mw, round(30 + (hash(t) % 20000) / 100.0, 2) AS price, (hash(g + t * 7) % 3)::INT AS status
            FROM range(8640) r(t), range(1000) s(g) ORDER BY t, g) TO '{path}' (HEADER)
        """;

    /// <summary>What people do today: one COPY, with the types given.</summary>
    internal static string RawCopy(string files, bool isQuotes, string target)
    {
        var (columns, symbol, time) = isQuotes ? (QuoteColumns, "symbol", "timestamp") : (GeneratorColumns, "duid AS symbol", "settlementdate");
        var select = isQuotes ? "*" : "settlementdate, mw, price, status, " + symbol;
        return $"COPY (SELECT {select}, {time}::DATE AS date FROM read_csv('{files}', header = true, auto_detect = false, delim = ',', quote = '\"', columns = {columns})) TO '{target}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (symbol, date))";
    }
}
