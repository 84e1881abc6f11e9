using HybridStore.Hot;
using HybridStore.Native;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>The embedded server across commands, crashes and versions, as the program meets them.</summary>
public sealed class EmbeddedLifeTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly StorePaths _paths;

    public EmbeddedLifeTests() => _paths = new StorePaths(_folder.File("Ünï store"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await new EmbeddedPostgres(_paths, TimeProvider.System).DeleteAsync(CancellationToken.None);
        _folder.Dispose();
    }

    [Fact]
    public void The_server_outlives_the_command_that_started_it_in_a_session_of_its_own_and_the_next_adopts_it()
    {
        Ingest();
        Program().RunOk("sync");
        var server = Server().FindRunning();

        Program().RunOk("sync");

        Assert.NotNull(server);
        Assert.Equal(server, Server().FindRunning());
        // A terminal's Ctrl-C goes to the session of the command.
        Assert.Equal($"{server.ProcessId}", File.ReadAllText($"/proc/{server.ProcessId}/stat").Split(") ")[1].Split(' ')[3]);
        Program().RunOk("pg", "stop");
        Assert.Null(Server().FindRunning());
        Assert.Contains("2 symbol-days unchanged", Program().RunOk("sync"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_of_an_older_major_version_is_rebuilt_from_the_lake()
    {
        var older = NativesOf(17);
        Ingest();
        Program(older).RunOk("sync");
        Assert.Contains("17.", Program(older).RunOk("status"), StringComparison.Ordinal);

        // A server that runs is adopted, whatever its version; only data at rest are of no use to another.
        Assert.Contains("2 symbol-days unchanged", Program().RunOk("sync"), StringComparison.Ordinal);
        Program(older).RunOk("pg", "stop");
        var synced = Program().RunOk("sync");

        Assert.Contains("2 rows loaded", synced, StringComparison.Ordinal);
        Assert.Contains("18.", Program().RunOk("status"), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(Server().Status().Home!, "data-17")));
        Program().RunOk("verify", "--hot");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a number\n")]
    [InlineData("1\n")]
    [InlineData("99999999\n/nowhere\n1\nnot a port\n")]
    public async Task StartAsync_with_a_broken_process_file_starts(string text)
    {
        await Server().StartAsync(Cancellation);
        await Server().StopAsync(Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Server().Status().Home!, "data", "postmaster.pid"), text, Cancellation);

        Assert.NotNull(await Server().StartAsync(Cancellation));
    }

    [Fact]
    public async Task StartAsync_after_a_crash_while_the_data_were_made_makes_them_anew()
    {
        await Server().StartAsync(Cancellation);
        await Server().StopAsync(Cancellation);
        var home = Server().Status().Home!;
        Directory.Move(Path.Combine(home, "data"), Path.Combine(home, "data.unfinished"));
        File.Delete(Path.Combine(home, "data.unfinished", "PG_VERSION"));
        await File.WriteAllTextAsync(Path.Combine(home, "initdb-password"), "of the crash", Cancellation);

        Assert.NotNull(await Server().StartAsync(Cancellation));
        Assert.False(File.Exists(Path.Combine(home, "initdb-password")));
        Assert.False(Directory.Exists(Path.Combine(home, "data.unfinished")));
    }

    private EmbeddedPostgres Server() => new(_paths, TimeProvider.System);

    private HybridProgram Program(string? natives = null) =>
        new(_paths.Root, environment: natives is null ? null : new Dictionary<string, string> { ["HYBRID_NATIVES"] = natives });

    private void Ingest()
    {
        _folder.Write("quotes/IBM.csv", "symbol,timestamp,bid\nIBM,2013-10-07 10:00:00,1.5\nIBM,2013-10-08 10:00:00,2.5\n");
        Program().RunOk("ingest", _folder.File("quotes"));
    }

    /// <summary>A folder of natives whose Postgres is another one.</summary>
    private string NativesOf(int major)
    {
        var programs = OwnPostgres.Programs(major);
        var postgres = Path.GetDirectoryName(NativeFiles.PostgresFolder)!;
        var natives = _folder.File("natives");
        Directory.CreateDirectory(Path.Combine(natives, "@embedded-postgres"));
        Directory.CreateSymbolicLink(Path.Combine(natives, "@embedded-postgres", Path.GetFileName(postgres)), Path.GetDirectoryName(programs)!);
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute);
        return natives;
    }
}
