using HybridStore.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class HotIndexTests(PostgresServer server) : HotWorld(server)
{
    [Theory]
    [InlineData("gin")]
    [InlineData("")]
    [InlineData(" ; ")]
    [InlineData("drop table quotes")]
    [InlineData("create index on quotes (timestamp)")]
    [InlineData("create index concurrently on {leaf} (timestamp)")]
    [InlineData("create index if not exists x on {leaf} (timestamp)")]
    [InlineData("create index by_time on {leaf} (timestamp)")]
    [InlineData("create index on {leaf} (timestamp); drop table quotes")]
    public void TryParse_refuses_what_is_no_policy(string text)
    {
        Assert.False(HotIndex.TryParse(text, out _, out var expected));
        Assert.Contains("{leaf}", expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SyncAsync_builds_the_index_that_was_asked_for_under_the_same_name_every_time()
    {
        var lake = Lake();
        (string Policy, string[] Indexes)[] policies =
        [
            ("btree", ["quotes_20131007_symbol_time_idx|btree (symbol, \"timestamp\")"]),
            ("brin", ["quotes_20131007_brin_idx|brin (\"timestamp\")"]),
            ("none", []),
            ("create index on {leaf} using btree (exchange, timestamp) include (bid_price); create unique index {leaf}_by_size on {leaf} (symbol, bid_size) where bid_size > 150",
                ["quotes_20131007_by_size|btree (symbol, bid_size) WHERE (bid_size > 150)", "quotes_20131007_own1_idx|btree (exchange, \"timestamp\") INCLUDE (bid_price)"]),
        ];
        lake.AddQuotes("IBM", "2013-10-07", 200).AddQuotes("AIG", "2013-10-07", 100);
        foreach (var (policy, indexes) in policies)
        {
            for (var round = 0; round < 2; round++)
            {
                Assert.Equal(300, (await SyncAsync(lake, policy)).RowsLoaded);
                Assert.Equal(indexes, await IndexesAsync());
                await Tier.EvictAsync(lake.Snapshot, null, null, discard: false, Cancellation);
            }
        }
    }

    [Fact]
    public async Task SyncAsync_of_a_changed_policy_leaves_days_that_are_hot_and_never_trips_over_their_indexes()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 200);
        string[] policies = ["btree", "brin", "btree", "create index on {leaf} (exchange)", "brin", "create index on {leaf} (exchange)", "btree", "none"];
        foreach (var (seed, policy) in policies.Index())
        {
            lake.Remove("IBM", "2013-10-07").AddQuotes("IBM", "2013-10-07", 200, seed + 1);
            Assert.Equal(200, (await SyncAsync(lake, policy)).RowsLoaded);
        }

        Assert.Equal(["quotes_20131007_brin_idx", "quotes_20131007_own1_idx", "quotes_20131007_time_idx"], (await IndexesAsync()).Select(index => index.Split('|')[0]));
    }

    [Theory]
    [InlineData("create index on {leaf} (exchnge)", "column \"exchnge\" does not exist")]
    [InlineData("create index on {leaf} using fancy (exchange)", "access method \"fancy\" does not exist")]
    public async Task SyncAsync_with_an_index_that_Postgres_refuses_says_so_before_it_loads(string policy, string reason)
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 200);

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(lake, policy));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.Contains(policy, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from pg_class where relname ~ '^quotes_\\d+'"));
    }

    [Fact]
    public async Task A_query_by_symbol_and_time_without_a_date_uses_the_index_of_every_day()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-10", 30_000).AddQuotes("AIG", "2013-10-10", 30_000).AddQuotes("IBM", "2013-10-11", 30_000);
        await SyncAsync(lake, "btree");

        var plan = string.Join('\n', await Database.AskAsync("explain select * from quotes where symbol = 'IBM' and timestamp between '2013-10-10 09:30:01' and '2013-10-10 09:30:02'"));

        Assert.Contains("quotes_20131010_symbol_time_idx", plan, StringComparison.Ordinal);
        Assert.Contains("quotes_20131011_time_idx", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    private Task<SyncResult> SyncAsync(TestLake lake, string policy)
    {
        Assert.True(HotIndex.TryParse(policy, out var index, out _));
        return Tier.SyncAsync(lake.Snapshot, 30, null, index, null, Cancellation);
    }

    [Fact]
    public async Task A_query_by_time_alone_on_many_symbols_uses_the_index_by_time_where_there_is_one()
    {
        const string rows =
            """
            select 'S' || s as symbol, timestamp '2013-10-10 09:30:00' + to_milliseconds(i * 1000 + s) as timestamp, 1.5 as bid_price, i as bid_size, 'N' as exchange
            from range(1000) s(s), range(100) t(i) order by 1, 2
            """;
        var lake = Lake().Add(null, TestLake.Day("2013-10-10"), rows).AddQuotes("IBM", "2013-10-11", 50).AddQuotes("AIG", "2013-10-11", 50, seed: 1);
        const string query = "explain select * from quotes where timestamp between '2013-10-10 09:31:00' and '2013-10-10 09:31:00.02'";

        await SyncAsync(lake, "btree");
        await Database.RunAsync("analyze quotes");
        Assert.DoesNotContain("_time_idx", string.Join('\n', await Database.AskAsync(query)).Replace("_symbol_time_idx", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await Tier.EvictAsync(lake.Snapshot, null, null, discard: true, Cancellation);

        await Tier.LoadHistoricalAsync(lake.Snapshot, ["IBM"], TestLake.Day("2013-10-11"), HotHold.Window, HotIndex.BtreeAndTime, null, Cancellation);
        await SyncAsync(lake, "btree+time");
        await Database.RunAsync("analyze quotes");
        Assert.Contains("quotes_20131010_time_idx", string.Join('\n', await Database.AskAsync(query)), StringComparison.Ordinal);
        Assert.Equal(["quotes_20131010_symbol_time_idx", "quotes_20131010_time_idx", "quotes_20131011_symbol_time_idx", "quotes_20131011_time_idx"],
            (await IndexesAsync()).Select(index => index.Split('|')[0]));
    }

    private Task<List<string>> IndexesAsync() => Database.AskAsync("select indexname || '|' || split_part(indexdef, 'USING ', 2) from pg_indexes where tablename like 'quotes_2%' order by 1");
}
