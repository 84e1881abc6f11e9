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

    internal const string CountPeer = "select count(*) from peer";

    internal const string CountHot = "select count(*) from quotes";

    internal const string DropHot = "drop table if exists quotes";
}
