using System.Diagnostics;
using System.Net.Sockets;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>Paths that are no files of bytes: none is opened, nothing waits for them, and signals are heard.</summary>
public sealed class NonFileSourceTests : IDisposable
{
    private const string Rows = "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n";

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public NonFileSourceTests() => _hybrid = new HybridProgram(_folder.File("store"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_named_pipe_a_socket_and_a_device_are_refused_by_name_and_left_out_of_a_folder()
    {
        _folder.Write("in/a.csv", Rows);
        MakePipe("in/pipe.csv");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.File("in/socket.csv")));
        File.CreateSymbolicLink(_folder.File("in/device.csv"), "/dev/zero");

        foreach (
            var (name, kind) in (ReadOnlySpan<(string, string)>)[("pipe.csv", "a named pipe"), ("socket.csv", "a socket"),
                ("device.csv", "a character device")])
        {
            var refused = _hybrid.Run("ingest", _folder.File("in/" + name), "--dataset", "d");
            Assert.Equal((3, true),
                (refused.ExitCode, refused.Error.Contains($"{name}: expected a regular file, found {kind}", StringComparison.Ordinal)));
            Assert.Equal(3, _hybrid.Run("ingest", _folder.File("in/" + name), "--dataset", "d", "--dry-run").ExitCode);
        }

        var run = _hybrid.Run("ingest", _folder.File("in"), "--dataset", "d");
        Assert.Equal((0, 3), (run.ExitCode, run.Error.Split("left out: expected a regular file").Length - 1));
        Assert.Contains("1 stored", run.Out);
    }

    [Fact]
    public void A_folder_that_is_named_as_a_file_is_searched()
    {
        _folder.Write("day.csv/part-0.csv", Rows);
        Directory.CreateDirectory(_folder.File("empty.csv"));
        Assert.Contains("1 stored", _hybrid.RunOk("ingest", _folder.File("day.csv"), "--dataset", "d"));
        Assert.Contains("the folder holds no", _hybrid.Run("ingest", _folder.File("empty.csv"), "--dataset", "d").Error);
    }

    [Theory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public async Task A_watch_beside_a_named_pipe_takes_files_and_hears_signals(string signal)
    {
        Directory.CreateDirectory(_folder.File("in"));
        MakePipe("in/pipe.csv");
        _folder.Write("in/a.csv", Rows);
        File.SetLastWriteTimeUtc(_folder.File("in/a.csv"), new DateTime(2024, 11, 1, 0, 0, 0, DateTimeKind.Utc));
        using var process = StartHearing("ingest", _folder.File("in"), "--watch", "--dataset", "d", "--format", "json");
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"rows_stored\":1", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await EndAsync(process, signal);
        Assert.Contains("pipe.csv: left out: expected a regular file, found a named pipe", await errors);
    }

    [Theory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public async Task An_ingest_of_a_standard_input_that_never_ends_hears_signals(string signal)
    {
        var temporary = Directory.CreateDirectory(_folder.File("temporary")).FullName;
        using var process = StartHearing("ingest", "-", "--dataset", "d");
        await process.StandardInput.WriteAsync(Rows);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync("it reads",
            () => Task.FromResult(Directory.EnumerateFiles(temporary, "stdin", SearchOption.AllDirectories).Any()));
        await EndAsync(process, signal);
        Assert.Empty(Directory.EnumerateFiles(temporary, "stdin", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(_hybrid.Store));
    }

    /// <summary>A shell that runs the tests in the background has its programs ignore SIGINT: env gives it its meaning back.</summary>
    private Process StartHearing(params string[] arguments)
    {
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "hybrid"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HYBRID_STORE"] = _hybrid.Store;
        if (Directory.Exists(_folder.File("temporary"))) start.Environment["TMPDIR"] = _folder.File("temporary");
        return Process.Start(start)!;
    }

    private static async Task EndAsync(Process process, string signal)
    {
        Assert.Equal(0, ShellProgram.Run("kill", signal, $"{process.Id}").ExitCode);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        Assert.Equal(130, process.ExitCode);
    }

    private void MakePipe(string name) => Assert.Equal(0, ShellProgram.Run("mkfifo", _folder.File(name)).ExitCode);
}
