using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Through pgbouncer, which gives every transaction any of its connections.</summary>
public sealed class HotPoolerTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Everything_works_through_a_pooler_by_transaction(int connections)
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(folder.File("pooler"), new NpgsqlConnectionStringBuilder(database.Address), connections);
        var lake = new TestLake(folder.File("lake"), TestLake.Quotes);
        for (var day = 1; day <= 6; day++) lake.AddQuotes("IBM", $"2013-10-0{day}", 3000).AddQuotes("AIG", $"2013-10-0{day}", 1000);
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();

        await tier.LoadHistoricalAsync(lake.Snapshot, ["IBM"], TestLake.Days("2013-10-01", "2013-10-03"), HotHold.Window, HotIndex.Btree, null, Cancellation);
        await Task.WhenAll(
            tier.SyncAsync(lake.Snapshot, 6, null, HotIndex.Btree, null, Cancellation),
            other.LoadHistoricalAsync(lake.Snapshot, null, TestLake.Days("2013-10-01", "2013-10-06"), HotHold.Pinned, HotIndex.Btree, null, Cancellation));

        Assert.Equal(["AIG|6|6000", "IBM|6|18000"], await database.AskAsync("select symbol, count(distinct date), count(*) from quotes group by 1 order by 1"));
        Assert.Empty((await tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
        Assert.Equal(24_000, (await tier.EvictAsync(lake.Snapshot, null, null, discard: false, Cancellation)).RowsEvicted);

        async Task<HotTier> OpenAsync()
        {
            var opened = await HotTier.OpenAsync(new StorePaths("/nowhere"), name => name == "HYBRID_PG" ? pooler.Through(database.Address) : null, TimeProvider.System, Cancellation);
            opened.ConnectionsMax = 3;
            return opened;
        }
    }
}
