using System.Diagnostics;
using System.Globalization;
using HybridStore.Ingest;
using HybridStore.Native.Posix;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Ingest;

[Collection(AloneCollection.Name)]
public sealed class IngestWatchTests : IDisposable
{
    private const string Header = "symbol,timestamp,price\n";
    private static readonly DateTimeOffset Start = new(2024, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly WatchHarness _watch;

    public IngestWatchTests() => _watch = new WatchHarness(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WatchList_gives_a_file_once_it_has_not_changed_for_a_while_and_again_when_it_has()
    {
        var list = new WatchList(TimeSpan.FromSeconds(3));
        (IReadOnlyList<string> Due, TimeSpan? Wait) Look(int second, long size, params string[] renamed)
        {
            var files = new Dictionary<string, FileStamp> { ["a"] = new(size, Start.AddSeconds(size).UtcDateTime) };
            var (due, wait) = list.Look(files, renamed.ToHashSet(), Start.AddSeconds(second));
            Assert.All(due, file => Assert.Equal(renamed.Length > 0, file.IsWhole));
            return ([.. due.Select(file => file.Path)], wait);
        }

        Assert.Equal(TimeSpan.FromSeconds(3), Look(1, 1).Wait);
        Assert.Empty(Look(3, 2).Due); // It grows.
        Assert.Empty(Look(5, 2).Due);
        Assert.Equal(["a"], Look(6, 2).Due);
        list.Done("a");
        Assert.Equal((0, null), Look(50, 2) is var look ? (look.Due.Count, look.Wait) : default);
        Assert.Empty(Look(61, 60).Due);
        Assert.Equal(["a"], Look(61, 60, "a").Due);
        list.Look(new Dictionary<string, FileStamp>(), new HashSet<string>(), Start);
        Assert.Equal(0, list.Count);
    }

    [Fact]
    public void A_file_that_was_last_written_long_ago_is_due_at_once()
    {
        var list = new WatchList(TimeSpan.FromSeconds(3));
        Assert.Equal(
            ["a"],
            list.Look(new Dictionary<string, FileStamp> { ["a"] = new(1, Start.UtcDateTime) }, new HashSet<string>(),
                Start.AddDays(1)).Due.Select(file => file.Path));
    }

    [Fact]
    public void Run_ingests_what_arrives_tells_bad_files_once_and_takes_them_when_they_are_mended()
    {
        Arrive("in/quotes/early.csv", Header + "A,2024-11-01 10:00:00,1.5\n");
        _watch.Watch(time =>
        {
            WatchHarness.Await(time, () => _watch.Stored() == 1);
            Arrive("in/quotes/bad.csv", "nothing here\nof use\n");
            Arrive("in/quotes/good.csv", Header + "A,2024-11-02 10:00:00,2.5\n");
            WatchHarness.Await(time, () => _watch.Stored() == 2 && _watch.Told("bad.csv") == 1);

            Arrive("in/quotes/third.csv", Header + "A,2024-11-03 10:00:00,3.5\n");
            WatchHarness.Await(time, () => _watch.Stored() == 3);
            Assert.Equal(1, _watch.Told("bad.csv"));
            Arrive("in/quotes/bad.csv", Header + "A,2024-11-04 10:00:00,4.5\nA,2024-11-04 10:00:01,5.5\n");
            WatchHarness.Await(time, () => _watch.Stored() == 5);
            Arrive("in/trades/other.csv", Header + "B,2024-11-05 10:00:00,4.5\n");
            WatchHarness.Await(time, () => _watch.Reports.Any(report => report.Dataset == "trades"));
        });
        Assert.All(_watch.Reports, report => Assert.Equal(report.Totals.RowsRead, report.Totals.RowsStored));

        // A restart knows what the lake has.
        var before = StoreContent.Of(_watch.Store);
        _watch.Reports.Clear();
        _watch.Watch(time => WatchHarness.Await(time, () => _watch.Reports.Count == 2));
        Assert.All(_watch.Reports.SelectMany(report => report.Files), file => Assert.Equal(IngestStatus.Skipped, file.Status));
        Assert.Equal(before, StoreContent.Of(_watch.Store));
    }

    /// <summary>Weeks in short: <c>HYBRID_TEST_WATCH_FILES</c> makes it longer.</summary>
    [Fact]
    public void Run_keeps_memory_and_handles_flat_over_many_files()
    {
        var files = int.Parse(Environment.GetEnvironmentVariable("HYBRID_TEST_WATCH_FILES") ?? "60", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(_folder.File("in/quotes"));
        var samples = new List<(long Memory, int Handles)>();
        _watch.Watch(time =>
        {
            for (var file = 0; file < files; file++)
            {
                var path = Arrive($"in/quotes/{file}.csv", Header + (file % 10 == 7 ? "A,bad,1\n" : string.Concat(Enumerable.Range(0, 500).Select(row => $"A,2024-11-01 10:00:00,{file}.{row}\n"))));
                var done = file + 1;
                WatchHarness.Await(time, () => _watch.Reports.Sum(report => report.Files.Count) >= done);
                File.Delete(path);
                if (file == files / 2 || file == files - 1) samples.Add(Measure());
            }
        });
        Assert.Equal(files / 10 + (files % 10 > 7 ? 1 : 0),
            _watch.Notes.Count(note => note.Contains("none of its 1 rows", StringComparison.Ordinal)));
        Assert.InRange(samples[1].Handles - samples[0].Handles, -1000, 8);
        Assert.InRange(samples[1].Memory - samples[0].Memory, long.MinValue, 16 << 20);
        TestContext.Current.TestOutputHelper?.WriteLine($"{files} files: {samples[0]} after half of them, {samples[1]} after all");
    }

    [Fact]
    public void Run_refuses_what_is_no_folder() =>
        Assert.Contains("--watch needs a folder",
            Assert.Throws<StoreException>(() => _watch.Run(TimeProvider.System, _folder.File("nowhere"), CancellationToken.None)).Message);

    private static (long Memory, int Handles) Measure()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), Directory.GetFiles("/proc/self/fd").Length);
    }

    /// <summary>Files come whole here: the test's clock runs so fast that one half written would seem to rest.</summary>
    private string Arrive(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        DurableFile.Rename(_folder.Write("arriving", text), _folder.File(name));
        return _folder.File(name);
    }
}
