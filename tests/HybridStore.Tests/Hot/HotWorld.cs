using HybridStore.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>What tests of the hot tier begin with: a folder, an empty database, and a hot tier on it.</summary>
/// <param name="server">Where the database is made.</param>
public abstract class HotWorld(PostgresServer server) : IAsyncLifetime
{
    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected PostgresServer Server => server;

    private protected TemporaryFolder Folder { get; } = new();

    private protected TestDatabase Database { get; private set; } = null!;

    private protected HotTier Tier { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Database = await server.CreateDatabaseAsync();
        Tier = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Tier.DisposeAsync();
        await Database.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One more tier on the database, of a store in the folder.</summary>
    private protected Task<HotTier> OpenAsync() => HotTier.OpenAsync(new StorePaths(Folder.Path), Database.Environment, TimeProvider.System, Cancellation);

    /// <summary>The lake of quotes in the folder; without the files that were added to another that this gave.</summary>
    private protected TestLake Lake() => new(Folder.File("lake"), TestLake.Quotes);

    /// <summary>A lake of five days of 200 rows of IBM and 100 of AIG.</summary>
    private protected TestLake Week()
    {
        var lake = Lake();
        for (var day = 7; day <= 11; day++) lake.AddQuotes("IBM", $"2013-10-{day:d2}", 200, day).AddQuotes("AIG", $"2013-10-{day:d2}", 100, day);
        return lake;
    }

    private protected Task<SyncResult> SyncAsync(TestLake lake, int days) => Tier.SyncAsync(lake.Snapshot, days, null, HotIndex.Btree, null, Cancellation);
}
