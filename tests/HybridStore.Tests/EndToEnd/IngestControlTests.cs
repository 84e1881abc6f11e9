using System.Text.Json;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>What a user can say about the work of an ingest, through the built program.</summary>
public sealed class IngestControlTests : IDisposable
{
    private const string Header = "symbol,timestamp,price\n";

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public IngestControlTests() => _hybrid = new HybridProgram(_folder.File("store"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dry_run_filters_limits_retry_and_log_work_together()
    {
        var path = _folder.Write("quotes/a.csv", Header + "A,2024-11-01 10:00:00,1.5\nB,2024-11-01 10:00:00,2.5\nA,2024-11-02 10:00:00,3.5\nA,2024-11-02 10:00:01,oops\nA,2024-11-02 10:00:02,4.5\nA,2024-11-02 10:00:03,4.5\n");
        string[] typed = ["--columns", "price:double"];
        var preview = JsonDocument.Parse(_hybrid.RunOk(["ingest", path, "--dry-run", "--format", "json", .. typed])).RootElement;
        Assert.Equal(("quotes", 1), (preview.GetProperty("dataset").GetString(), preview.GetProperty("files")[0].GetProperty("rows_rejected").GetInt32()));
        Assert.Contains("Nothing was written", _hybrid.RunOk(["ingest", path, "--dry-run", .. typed]));
        Assert.False(Directory.Exists(_hybrid.Store));

        var stopped = _hybrid.Run(["ingest", path, "--max-rejects", "0", .. typed]);
        Assert.Equal((3, true), (stopped.ExitCode, stopped.Error.Contains("--max-rejects", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(_hybrid.Store));
        Assert.Equal(2, _hybrid.Run("ingest", path, "--max-rejects", "many").ExitCode);

        var symbols = _folder.Write("symbols.txt", "A\nZ\n");
        var report = JsonDocument.Parse(_hybrid.RunOk(["ingest", path, "--symbols", "@" + symbols, "--from", "2024-11-02", "--format", "json", .. typed])).RootElement.GetProperty("totals");
        Assert.Equal((6, 3, 2, 1), (Number(report, "rows_read"), Number(report, "rows_stored"), Number(report, "rows_filtered"), Number(report, "rows_rejected")));

        Assert.Contains("oops", _hybrid.RunOk("rejects"));
        Assert.Contains("row     A,2024-11-02 10:00:01,oops", _hybrid.RunOk("rejects", "show", $"{path}:5"));
        var corrected = _folder.Write("corrected.json", _hybrid.RunOk("rejects", "--format", "json").Replace("00:01,oops", "00:01,3.75", StringComparison.Ordinal));
        var retry = JsonDocument.Parse(_hybrid.RunOk("rejects", "retry", "quotes", "--rows", corrected, "--format", "json")).RootElement;
        Assert.Equal((1, 0), (Number(retry, "rows_stored"), Number(retry, "rows_rejected")));
        Assert.Contains("No row is in quarantine", _hybrid.RunOk("rejects"));
        Assert.Equal("4,16.25", _hybrid.RunOk("sql", "select count(*) || ',' || sum(price) s from quotes", "--output", "csv").Split('\n')[1].Trim('"', '\r'));

        var log = File.ReadAllLines(Path.Combine(_hybrid.Store, "log/hybrid.ndjson")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["commit", "command", "command"], log.Select(entry => entry.GetProperty("event").GetString()));
        Assert.Equal(["ingest", "rejects retry"], log.Where(entry => entry.TryGetProperty("command", out _)).Select(entry => entry.GetProperty("command").GetString()));
    }

    [Fact]
    public void A_container_of_little_memory_is_no_reason_to_refuse()
    {
        // What the runtime takes for the machine's memory, as a cgroup's limit would make it: 192 MB.
        var small = new HybridProgram(_folder.File("store"), environment: new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0xC000000" });
        Assert.Contains("2 stored", small.RunOk("ingest", _folder.Write("a.csv", Header + "A,2024-11-01 10:00:00,1.5\nB,2024-11-01 10:00:00,2.5\n"), "--dataset", "d"));
    }

    [Fact]
    public async Task Watch_ingests_a_file_that_is_renamed_in_and_ends_by_a_signal_with_nothing_left_behind()
    {
        Directory.CreateDirectory(_folder.File("in"));
        using var process = _hybrid.Start("ingest", _folder.File("in"), "--watch", "--dataset", "d", "--format", "json");
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        // Last written long ago, as a file that was made elsewhere and moved here.
        var made = _folder.Write("made.csv", Header + "A,2024-11-01 10:00:00,1.5\n");
        File.SetLastWriteTimeUtc(made, new DateTime(2024, 11, 1, 0, 0, 0, DateTimeKind.Utc));
        HybridStore.Native.Posix.DurableFile.Rename(made, _folder.File("in/a.csv"));
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, Number(JsonDocument.Parse(line!).RootElement.GetProperty("totals"), "rows_stored"));
        // As Ctrl-C does; a shell that runs the tests in the background has its programs ignore SIGINT itself.
        Assert.Equal(0, ShellProgram.Run("kill", "-TERM", $"{process.Id}").ExitCode);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("Cancelled", await errors);
        Assert.False(Directory.Exists(Path.Combine(_hybrid.Store, "lake/d/_staging")) && Directory.EnumerateFileSystemEntries(Path.Combine(_hybrid.Store, "lake/d/_staging")).Any());
        _hybrid.RunOk("verify", "--deep");
    }

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
