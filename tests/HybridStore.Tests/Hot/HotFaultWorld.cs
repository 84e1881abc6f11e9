using System.Diagnostics;
using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>A server that may be killed, a lake that has moved on since some of it was loaded, and databases in which that load is done.</summary>
public sealed class HotFaultWorld : IAsyncLifetime
{
    private const string Template = "template_of_faults";
    private const int RowsOfADay = 3000;
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<HotFaultWork, SmoothRun> _smooth = [];
    private TestLake _lake = null!;
    private TestLake _poorerLake = null!;
    private StorePaths _paths = null!;

    internal string Password { get; private set; } = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _paths = new StorePaths(_folder.File("store"));
        _lake = new TestLake(_folder.File("lake"), TestLake.Quotes);
        _lake.AddQuotes("IBM", "2013-10-07", RowsOfADay).AddQuotes("IBM", "2013-10-08", RowsOfADay).AddQuotes("AIG", "2013-10-08", RowsOfADay / 2);
        var server = await StartAsync();
        Password = new PasswordFile(server.PasswordPath).Read();
        // Whoever is killed, the system's memory of what was written stays: waiting for the disk shows nothing here.
        await ExecuteAsync(server, "alter system set fsync = off");
        await ExecuteAsync(server, "select pg_reload_conf()");
        await ExecuteAsync(server, $"create database {Template}");
        await using (var tier = await OpenAsync(Template, server.Port))
        {
            await tier.SyncAsync(_lake.Snapshot, 2, null, HotIndex.Btree, null, Cancellation);
        }

        NpgsqlConnection.ClearAllPools();
        _lake.AddQuotes("AIG", "2013-10-07", RowsOfADay / 3).Remove("AIG", "2013-10-08").AddQuotes("AIG", "2013-10-08", RowsOfADay / 2 + 1, seed: 5);
        _lake.AddQuotes("IBM", "2013-10-09", RowsOfADay).AddQuotes("AIG", "2013-10-09", RowsOfADay / 4);
        _poorerLake = _lake.Widen(TestLake.Quotes).Remove("AIG", "2013-10-08").Remove("IBM", "2013-10-08").AddQuotes("IBM", "2013-10-08", RowsOfADay + 1, seed: 3);
    }

    public async ValueTask DisposeAsync()
    {
        await StartAsync(); // A server that recovers is left to finish: it may hang when it is told to stop then.
        await new EmbeddedPostgres(_paths, TimeProvider.System).DeleteAsync(CancellationToken.None);
        _folder.Dispose();
    }

    /// <summary>Every how manieth step is tried.</summary>
    internal static int Every(int otherwise) => int.TryParse(Environment.GetEnvironmentVariable("HYBRID_TEST_STEPS"), out var set) ? set : otherwise;

    /// <summary>The running server; one that was killed is started again, and one that recovers is waited for.</summary>
    internal async Task<EmbeddedServer> StartAsync()
    {
        EmbeddedServer server = null!;
        await Eventually.IsTrueAsync("the server takes connections", async () =>
        {
            server = await new EmbeddedPostgres(_paths, TimeProvider.System).StartAsync(Cancellation);
            try
            {
                await ExecuteAsync(server, "select 1");
                return true;
            }
            catch (NpgsqlException)
            {
                return false; // A backend was killed: the server throws out all others and recovers.
            }
        });
        return server;
    }

    internal static async Task KillAsync(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
    }

    /// <summary>Kills a backend and waits until the server has noticed: it throws out all others then, and recovers.</summary>
    internal async Task KillBackendAsync(int processId)
    {
        var builder = (await StartAsync()).Connection("postgres");
        builder.Pooling = false;
        await using var witness = new NpgsqlConnection(builder.ConnectionString);
        await witness.OpenAsync(Cancellation);
        await KillAsync(processId);
        // Everybody is thrown out, who waits for nothing else as well.
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () =>
        {
            while (true) await witness.WaitAsync(Cancellation);
        });
    }

    /// <summary>Ends a backend in good order, and waits until it is gone.</summary>
    internal async Task EndBackendAsync(int processId) => await ExecuteAsync(await StartAsync(), $"select pg_terminate_backend({processId}, 60000)");

    /// <summary>A database as it was before the lake moved on.</summary>
    internal async Task<string> CreateDatabaseAsync()
    {
        var name = $"fault_{Guid.NewGuid():n}";
        await ExecuteAsync(await StartAsync(), $"create database {name} template {Template}");
        return name;
    }

    /// <summary>Does a work by one connection, so that its steps have an order.</summary>
    /// <param name="work">Which.</param>
    /// <param name="database">Where.</param>
    /// <param name="port">The server's, or a proxy's.</param>
    /// <param name="options">Settings of the server that the address asks for, as <c>-c name=value</c>.</param>
    /// <param name="turns">How long to wait for locks.</param>
    internal async Task RunAsync(HotFaultWork work, string database, int port, string? options = null, LockTurns? turns = null)
    {
        await using var tier = await OpenAsync(database, port, options);
        tier.ConnectionsMax = 1;
        if (work == HotFaultWork.LoadByPages) (tier.DataFolder, tier.PagesRowsMin) = (EmbeddedPlace.FindData(_paths), 1);
        if (turns is not null) tier.Turns = turns;
        await (work switch
        {
            HotFaultWork.Load or HotFaultWork.LoadByPages => tier.LoadHistoricalAsync(_lake.Snapshot, null, TestLake.Days("2013-10-07", "2013-10-09"), HotHold.Window, HotIndex.Btree, null, Cancellation),
            HotFaultWork.Evict => tier.EvictAsync(_lake.Snapshot, ["IBM"], null, discard: false, Cancellation),
            _ => (Task)tier.SyncAsync(LakeOf(work).Snapshot, 2, null, HotIndex.Btree, null, Cancellation),
        });
    }

    /// <summary>What a work does when nothing gets in its way.</summary>
    internal async Task<SmoothRun> RunSmoothlyAsync(HotFaultWork work)
    {
        if (_smooth.TryGetValue(work, out var known)) return known;
        var database = await CreateDatabaseAsync();
        var before = await LookAsync(database);
        var server = await StartAsync();
        await using var proxy = new PostgresProxy(() => server.Port);
        await RunAsync(work, database, proxy.Port);
        return _smooth[work] = new SmoothRun(proxy.Steps, before, await LookAsync(database), await VerifyAsync(work, database));
    }

    internal async Task<HotFaultState> LookAsync(string database)
    {
        await using var reader = await ConnectAsync(database);
        return await HotFaultState.ReadAsync(reader);
    }

    /// <summary>The database as a user of it sees it.</summary>
    internal async Task<TestDatabase> ConnectAsync(string database)
    {
        var builder = (await StartAsync()).Connection(database);
        builder.Pooling = false;
        return new TestDatabase(builder);
    }

    internal async Task<IReadOnlyList<string>> FindOrphansAsync(string database)
    {
        await using var reader = await ConnectAsync(database);
        return await OrphanFiles.FindAsync(reader, EmbeddedPlace.FindData(_paths)!);
    }

    internal async Task<IReadOnlyList<HotProblem>> VerifyAsync(HotFaultWork work, string database)
    {
        await using var tier = await OpenAsync(database, (await StartAsync()).Port);
        return (await tier.VerifyAsync(LakeOf(work).Snapshot, null, Cancellation)).Problems;
    }

    private TestLake LakeOf(HotFaultWork work) => work == HotFaultWork.SyncOfLoss ? _poorerLake : _lake;

    private Task<HotTier> OpenAsync(string database, int port, string? options = null)
    {
        var query = options is null ? "" : $"?options={Uri.EscapeDataString(options)}";
        return HotTier.OpenAsync(_paths, name => name == "HYBRID_PG" ? $"postgresql://hybrid:{Password}@127.0.0.1:{port}/{database}{query}" : null, TimeProvider.System, Cancellation);
    }

    private static async Task ExecuteAsync(EmbeddedServer server, string sql)
    {
        var builder = server.Connection("postgres");
        builder.Pooling = false;
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>A work that nobody interrupted.</summary>
    /// <param name="Steps">What it asked Postgres, in order.</param>
    /// <param name="Before">What was hot.</param>
    /// <param name="After">What is hot then.</param>
    /// <param name="Problems">What differs from the lake then: an eviction loads nothing.</param>
    internal sealed record SmoothRun(IReadOnlyList<string> Steps, HotFaultState Before, HotFaultState After, IReadOnlyList<HotProblem> Problems);
}
