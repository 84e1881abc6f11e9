using HybridStore.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>A server whose disk is too small: a real one, in memory.</summary>
public sealed class HotDiskFullTests : IDisposable
{
    private const int RowsOfADay = 150_000;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_out_of_disk_holds_whole_days_and_takes_the_rest_when_there_is_room_again(bool byPages)
    {
        await using var server = await OwnPostgres.StartAsync(_folder.File("server"), diskBytes: 96 << 20, settings: "wal_level=minimal\nmax_wal_senders=0");
        await using var database = await server.CreateDatabaseAsync();
        var lake = new TestLake(_folder.File("lake"), TestLake.Quotes);
        for (var day = 1; day <= 5; day++) lake.AddQuotes("IBM", $"2013-10-0{day}", RowsOfADay);
        await using var tier = await database.OpenAsync();
        tier.ConnectionsMax = 1;
        if (byPages) tier.DataFolder = server.DataFolder;

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync());

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.Contains(byPages ? "No space left on device" : "53100", error.Message, StringComparison.Ordinal);
        Assert.Contains("Free space", error.Message, StringComparison.Ordinal);
        var state = await HotFaultState.ReadAsync(database);
        Assert.NotEmpty(state.Days);
        Assert.Equal((state.Rows, state.Leaves), (state.Books, state.BookedLeaves));
        Assert.All(state.Rows.Split('\n'), line => Assert.EndsWith($"|{RowsOfADay}", line));
        Assert.Empty((await tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);

        server.Resize(512 << 20);
        Assert.Equal((5 - state.Days.Count()) * RowsOfADay, (await SyncAsync()).RowsLoaded);
        Assert.Empty((await tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);

        Task<SyncResult> SyncAsync() => tier.SyncAsync(lake.Snapshot, 5, null, HotIndex.Btree, null, Cancellation);
    }
}
