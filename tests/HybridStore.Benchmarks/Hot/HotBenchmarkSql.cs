namespace HybridStore.Benchmarks.Hot;

/// <summary>SQL of the peers in <see cref="HotLoadBenchmark"/>.</summary>
internal static class HotBenchmarkSql
{
    internal const string PeerColumns =
        "symbol text collate \"C\", timestamp timestamp, bid_price float8, bid_size bigint, ask_price float8, ask_size bigint, exchange text collate \"C\", condition bigint, date date not null";

    internal static string ToParquet(string csv, string parquet) =>
        $"copy (select symbol, timestamp::timestamp as timestamp, bid_price::double as bid_price, bid_size::bigint as bid_size, ask_price::double as ask_price, ask_size::bigint as ask_size, exchange::varchar as exchange, condition::bigint as condition from read_csv('{csv}')) to '{parquet}' (format parquet, compression zstd)";

    internal static string MakePeer => $"drop table if exists peer; create table peer ({PeerColumns})";

    internal const string IndexPeer = "create index on peer (symbol, timestamp)";

    /// <summary>What people do today: a table with the CSV's columns and its index, filled from the CSV.</summary>
    internal const string MakeCsvPeer =
        "drop table if exists peer; create table peer (symbol text, timestamp timestamp, bid_price float8, bid_size bigint, ask_price float8, ask_size bigint, exchange text, condition bigint); create index on peer (symbol, timestamp)";

    internal static string CopyCsv(string csv) => $"\\copy peer from '{csv}' (format csv, header)";

    internal static string GeneratedDay(DateOnly date, int symbols, int rows, string parquet) =>
        $"copy (select 'GEN' || lpad(s::varchar, 4, '0') as symbol, timestamp '{date:yyyy-MM-dd}' + to_seconds(i * 60) as timestamp, round(hash(s, i) % 10000 / 100, 2)::double as bid_price, i as bid_size, round(hash(i, s) % 10000 / 100, 2)::double as ask_price, i + 1 as ask_size, 'X' as exchange, 0::bigint as condition from range({symbols}) a(s), range({rows}) b(i) order by s, i) to '{parquet}' (format parquet, compression zstd)";

    internal const string CountPeer = "select count(*) from peer";

    internal const string CountHot = "select count(*) from quotes";

    internal const string DropHot = "drop table if exists quotes";
}
