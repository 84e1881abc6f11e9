using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Who or what is in the way is named: the session that holds a table, and the objects that depend on one.</summary>
public sealed class HotObstacleMessageTests(PostgresServer server) : HotWorld(server)
{
    private static readonly LockTurns Short = new(TimeProvider.System) { TurnMin = TimeSpan.FromMilliseconds(1), TurnMax = TimeSpan.FromMilliseconds(4), Limit = TimeSpan.FromMilliseconds(50) };

    [Theory]
    [InlineData("select count(*) from quotes", true)]
    [InlineData("lock table hybrid.symbol_days in access exclusive mode", false)]
    public async Task A_session_that_keeps_a_table_in_use_is_named(string sql, bool atEviction)
    {
        var lake = Week();
        await SyncAsync(lake, 2);
        Tier.Turns = Short;
        await using var holder = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.Address) { ApplicationName = "a notebook", Pooling = false }.ConnectionString);
        await holder.OpenAsync(Cancellation);
        await using var transaction = await holder.BeginTransactionAsync(Cancellation);
        await using (var command = new NpgsqlCommand(sql, holder)) await command.ExecuteNonQueryAsync(Cancellation);
        await using var limited = await HotTier.OpenAsync(new StorePaths(Folder.Path), name => name == "HYBRID_PG" ? $"{Database.Address};Options=-c lock_timeout=50ms" : null, TimeProvider.System, Cancellation);
        limited.Turns = Short;

        var error = await Assert.ThrowsAsync<StoreException>(() => limited.SyncAsync(lake.Snapshot, 1, null, HotIndex.Btree, null, Cancellation));

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.Contains($"pid {holder.ProcessID} (a notebook, user {holder.UserName}, idle in transaction since 2", error.Message, StringComparison.Ordinal);
        Assert.Equal(atEviction, error.Message.StartsWith("quotes: 2013-10-10 was not evicted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_view_on_the_table_of_a_day_is_named()
    {
        var lake = Week();
        await SyncAsync(lake, 2);
        await Database.RunAsync("create view one_day as select * from quotes_20131010");

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(lake, 1));

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.Contains("view one_day depends on table quotes_20131010", error.Message, StringComparison.Ordinal);
        Assert.Contains("define it on the dataset's table instead", error.Message, StringComparison.Ordinal);
        await Database.RunAsync("drop view one_day");
        Assert.Equal(2, (await SyncAsync(lake, 1)).PartitionsEvicted);
    }

    [Fact]
    public async Task A_publication_that_keeps_rows_from_being_replaced_is_explained()
    {
        var lake = Week();
        await SyncAsync(lake, 1);
        await Database.RunAsync("create publication mine for table quotes_20131011");
        lake.Remove("AIG", "2013-10-11").AddQuotes("AIG", "2013-10-11", 33);

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(lake, 1));

        Assert.Contains("set REPLICA IDENTITY using ALTER TABLE", error.Message, StringComparison.Ordinal);
        await Database.RunAsync("alter table quotes_20131011 replica identity full");
        Assert.Equal(33, (await SyncAsync(lake, 1)).RowsLoaded);
    }

    [Fact]
    public async Task Values_of_rows_are_not_repeated()
    {
        Assert.True(HotIndex.TryParse("create unique index on {leaf} (exchange)", out var unique, out _));

        var error = await Assert.ThrowsAsync<StoreException>(() => Tier.SyncAsync(Week().Snapshot, 1, null, unique, null, Cancellation));

        Assert.Contains("could not create unique index", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Key (", error.Message, StringComparison.Ordinal);
    }
}
