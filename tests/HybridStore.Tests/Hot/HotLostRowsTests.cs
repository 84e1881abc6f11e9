using HybridStore.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Rows that the lake no longer has (an undo, say) leave Postgres at the next sync, whatever was done in between.</summary>
public sealed class HotLostRowsTests(PostgresServer server) : HotWorld(server)
{
    [Fact]
    public async Task SyncAsync_evicts_what_the_lake_lost_also_after_the_rest_of_the_day_was_loaded_by_name()
    {
        var lake = Lake().AddQuotes("AIG", "2013-10-10", 30).AddQuotes("IBM", "2013-10-10", 20);
        await SyncAsync(lake, 1);
        lake.Remove("IBM", "2013-10-10").Remove("AIG", "2013-10-10").AddQuotes("AIG", "2013-10-10", 10);
        await Tier.LoadHistoricalAsync(lake.Snapshot, new LoadRequest { Range = TestLake.Day("2013-10-10") }, null, Cancellation);

        var result = await SyncAsync(lake, 1);

        Assert.Equal((20, 1), (result.RowsEvicted, result.PartitionsEvicted));
        Assert.Equal(["AIG|10"], await Database.AskAsync("select symbol, count(*) from quotes group by 1"));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
        Assert.Equal((0, 0, 1), await CountsAsync(lake));
    }

    [Fact]
    public async Task SyncAsync_loads_a_day_of_leased_and_unleased_symbols_in_any_order()
    {
        var lake = Lake().AddQuotes("AIG", "2013-10-10", 30).AddQuotes("IBM", "2013-10-10", 20).AddQuotes("IBM", "2013-10-11", 20);
        var until = HotHold.Leased(TimeProvider.System.GetUtcNow().AddDays(1));
        await Tier.LoadHistoricalAsync(lake.Snapshot, ["AIG"], TestLake.Day("2013-10-10"), HotHold.Pinned, HotIndex.Btree, null, Cancellation);
        await Tier.LoadHistoricalAsync(lake.Snapshot, ["IBM"], TestLake.Day("2013-10-10"), until, HotIndex.Btree, null, Cancellation);
        lake.Remove("AIG", "2013-10-10").AddQuotes("AIG", "2013-10-10", 31).Remove("IBM", "2013-10-10").AddQuotes("IBM", "2013-10-10", 21);

        Assert.Equal((72, 0, 0), await CountsAsync(lake));
        Assert.Equal(["AIG|31|pinned", "IBM|21|leased"], await Database.AskAsync("select symbol, rows, hold from hybrid.coverage where date = '2013-10-10' order by 1"));
    }

    private async Task<(long Loaded, long Evicted, int Unchanged)> CountsAsync(TestLake lake)
    {
        var result = await SyncAsync(lake, 1);
        return (result.RowsLoaded, result.RowsEvicted, result.PartitionsUnchanged);
    }
}
