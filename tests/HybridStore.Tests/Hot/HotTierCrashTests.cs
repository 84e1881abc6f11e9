using System.Diagnostics;
using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Whatever is killed, wherever: no half day is visible, the books say what is there, and the same command finishes the job.</summary>
public sealed class HotTierCrashTests : IAsyncLifetime
{
    private const int DaysOfRows = 4;
    private const int RowsOfADay = 20_000;
    private readonly TemporaryFolder _folder = new();
    private StorePaths _paths = null!;
    private TestLake _lake = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _paths = new StorePaths(_folder.File("store"));
        _lake = new TestLake(_folder.File("lake"), TestLake.Quotes);
        for (var day = 1; day <= DaysOfRows; day++) _lake.AddQuotes("IBM", $"2013-10-0{day}", RowsOfADay, day);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await new EmbeddedPostgres(_paths, TimeProvider.System).DeleteAsync(CancellationToken.None);
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(5, false)]
    [InlineData(9, false)]
    [InlineData(14, true)]
    public async Task A_load_whose_backends_are_cut_off_is_whole_days_or_nothing(int step, bool byPages)
    {
        await using var tier = await OpenAsync(byPages);
        await using var killer = await ConnectAsync();

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(tier, step, () =>
        {
            using var command = new NpgsqlCommand("select pg_terminate_backend(pid, 60000) from pg_stat_activity where application_name = 'hybrid' and pid <> pg_backend_pid()", killer);
            command.ExecuteNonQuery();
        }));

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        await using (var database = new TestDatabase(new EmbeddedPostgres(_paths, TimeProvider.System).FindRunning()!.Connection(EmbeddedPostgres.Database)))
        {
            // Those who wrote on in the files of a table that was gone have cleared them away.
            Assert.Empty(await OrphanFiles.FindAsync(database, EmbeddedPlace.FindData(_paths)!));
        }

        await CheckAndFinishAsync();
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(8, true)]
    [InlineData(8, false)]
    public async Task A_load_whose_server_is_killed_is_whole_days_or_nothing(int step, bool byPages)
    {
        await using var tier = await OpenAsync(byPages);
        var server = new EmbeddedPostgres(_paths, TimeProvider.System).FindRunning()!;

        await Assert.ThrowsAsync<StoreException>(() => SyncAsync(tier, step, () =>
        {
            using var process = Process.GetProcessById(server.ProcessId);
            process.Kill();
            process.WaitForExit();
        }));

        await CheckAndFinishAsync();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(6, false)]
    [InlineData(6, true)]
    [InlineData(12, false)]
    public async Task A_load_that_is_cancelled_is_whole_days_or_nothing(int step, bool byPages)
    {
        await using var tier = await OpenAsync(byPages);
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SyncAsync(tier, step, source.Cancel, source.Token));

        await CheckAndFinishAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Limits_that_a_user_set_for_queries_do_not_stop_a_load(bool byPages)
    {
        await using var slow = await ConnectAsync();
        await using (var limits = new NpgsqlCommand("alter role hybrid set statement_timeout = '1s'; alter role hybrid set lock_timeout = '1s'; alter role hybrid set idle_in_transaction_session_timeout = '1s'", slow))
        {
            await limits.ExecuteNonQueryAsync(Cancellation);
        }

        NpgsqlConnection.ClearAllPools();
        await using var tier = await OpenAsync(byPages);

        // A load that takes longer than the limits: its rows stop coming for a while.
        var result = await SyncAsync(tier, step: 1, () =>
        {
            using var pause = new NpgsqlCommand("select pg_sleep(1.5)", slow);
            pause.ExecuteNonQuery();
        });

        Assert.Equal(DaysOfRows * RowsOfADay, result.RowsLoaded);
    }

    private async Task CheckAndFinishAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await using var tier = await OpenAsync();
        await using var connection = await ConnectAsync();
        var verified = await tier.VerifyAsync(_lake.Snapshot, null, Cancellation);
        await using var count = new NpgsqlCommand("select count(*) from quotes", connection);

        Assert.Empty(verified.Problems);
        Assert.Equal(0, verified.RowsChecked % RowsOfADay);
        Assert.Equal(verified.RowsChecked, await count.ExecuteScalarAsync(Cancellation));
        var rest = await SyncAsync(tier, step: 0, () => { });
        Assert.Equal(DaysOfRows * RowsOfADay, verified.RowsChecked + rest.RowsLoaded);
        Assert.Empty((await tier.VerifyAsync(_lake.Snapshot, null, Cancellation)).Problems);
    }

    /// <summary>Loads everything, and does something when progress is told for the n-th time.</summary>
    private Task<SyncResult> SyncAsync(HotTier tier, int step, Action action, CancellationToken cancellationToken = default)
    {
        var told = 0;
        return tier.SyncAsync(_lake.Snapshot, DaysOfRows, null, HotIndex.Btree, new ProgressAction<HotProgress>(_ =>
        {
            if (++told == step) action();
        }), cancellationToken);
    }

    private async Task<HotTier> OpenAsync(bool byPages = true)
    {
        var tier = await HotTier.OpenAsync(_paths, _ => null, TimeProvider.System, Cancellation);
        Assert.NotNull(tier.DataFolder);
        if (!byPages) tier.DataFolder = null;
        return tier;
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var server = await new EmbeddedPostgres(_paths, TimeProvider.System).StartAsync(Cancellation);
        var builder = server.Connection(EmbeddedPostgres.Database);
        builder.Pooling = false;
        var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync(Cancellation);
        return connection;
    }
}
