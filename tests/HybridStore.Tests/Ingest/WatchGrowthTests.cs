using HybridStore.Ingest;
using HybridStore.Native.Posix;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Watched files that are written little by little, with pauses longer than a file that is whole would have.</summary>
[Collection(AloneCollection.Name)]
public sealed class WatchGrowthTests : IDisposable
{
    private const string Header = "symbol,timestamp,price,note\n";

    private readonly TemporaryFolder _folder = new();
    private readonly WatchHarness _watch;

    public WatchGrowthTests()
    {
        _watch = new WatchHarness(_folder);
        Directory.CreateDirectory(_folder.File("in/d"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_pauses_and_grows_goes_on_and_a_last_line_waits_for_its_end_across_restarts()
    {
        var path = _folder.Write("in/d/a.csv", Header + Row(0) + Row(1) + "A,2024-11-01 10:00:02,2");
        _watch.Watch(time =>
        {
            WatchHarness.Await(time, () => _watch.Stored() == 2);
            Assert.Equal(1, _watch.Told("its last line has no end yet"));
            File.AppendAllText(path, "000,n\n" + Row(3)[..^3]);
            WatchHarness.Await(time, () => _watch.Stored() == 3);
            File.AppendAllText(path, Row(3)[^3..] + "A,2024-11-01 10:00:04,\n");
            WatchHarness.Await(time, () => _watch.Reports.Count == 3 && _watch.Stored() >= 4);
        });
        File.AppendAllText(path, Row(5));
        _watch.Watch(time => WatchHarness.Await(time, () => Count() == 5));
        File.AppendAllText(path, Row(6) + Row(8).TrimEnd('\n'));
        _watch.Watch(time =>
        {
            WatchHarness.Await(time, () => Count() == 6);
            _folder.Write("in/d/b.csv", Header + Row(7));
            WatchHarness.Await(time, () => Count() == 7);
        });
        Assert.Equal("0 1 2000 3 5 6 7", Ask("string_agg(price::varchar, ' ' order by timestamp)"));
        Assert.All(_watch.Reports, report => Assert.Equal(report.Totals.RowsRead, report.Totals.RowsStored + report.Totals.RowsRejected));
        // The user's word is that the file is complete: then the last line is read as it is.
        var last = new Ingestor(_watch.Store, TimeProvider.System, new IngestProgress(),
            _ => { }).Run(new IngestRequest { Paths = [path] }, CancellationToken.None).Single();
        Assert.Equal((1, 1), (last.Totals.RowsRead, last.Totals.RowsStored));
    }

    [Fact]
    public void A_file_that_is_renamed_in_is_whole_though_its_last_line_has_no_end()
    {
        _watch.Watch(time =>
        {
            WatchHarness.Await(time, () => true);
            var made = _folder.Write("arriving", Header + Row(0) + Row(1).TrimEnd('\n'));
            // The file system's clock ticks every few milliseconds only.
            File.SetLastWriteTimeUtc(made, new DateTime(2024, 11, 1, 0, 0, 0, DateTimeKind.Utc));
            DurableFile.Rename(made, _folder.File("in/d/a.csv"));
            WatchHarness.Await(time, () => _watch.Stored() == 2);
        });
        // A restart sees no renaming, but knows what it has.
        _watch.Watch(time => WatchHarness.Await(time, () => _watch.Reports.Count == 2));
        Assert.Equal("2", Ask("count(*)"));
        File.AppendAllText(_folder.File("in/d/a.csv"), "\n" + Row(2));
        _watch.Watch(time => WatchHarness.Await(time, () => Count() == 3));
    }

    [Fact]
    public void A_link_in_a_watched_folder_is_read_as_far_as_its_file_goes_and_follows_it()
    {
        var path = _folder.Write("far.csv", Header + Row(0) + Row(1));
        _watch.Watch(time =>
        {
            File.CreateSymbolicLink(_folder.File("in/d/gone.csv"), "nowhere.csv");
            File.CreateSymbolicLink(_folder.File("in/d/a.csv"), path);
            WatchHarness.Await(time, () => _watch.Stored() == 2);
            File.AppendAllText(path, Row(2));
            WatchHarness.Await(time, () => _watch.Stored() == 3);
        });
        Assert.Equal("3,3", Ask("count(*), sum(price)::bigint"));
    }

    [Fact]
    public void A_quoted_value_that_is_cut_by_a_pause_waits_with_its_whole_record()
    {
        var path = _folder.Write("in/d/a.csv", Header + Row(0) + "A,2024-11-01 10:00:01,1,\"two\n");
        _watch.Watch(time =>
        {
            WatchHarness.Await(time, () => _watch.Stored() == 1);
            File.AppendAllText(path, "lines\"\n" + Row(2));
            WatchHarness.Await(time, () => _watch.Stored() == 3);
        });
        Assert.Equal("3,0", Ask("count(*), count(*) filter (price is null)"));
        Assert.Equal("two\nlines", Ask("max(note) filter (price = 1)"));
    }

    [Fact]
    public void A_file_that_is_written_anew_from_its_start_waits_until_it_is_as_long_again_and_a_replaced_one_is_another()
    {
        var path = _folder.Write("in/d/a.csv", Header + string.Concat(Enumerable.Range(0, 10).Select(Row)));
        _watch.Watch(time =>
        {
            WatchHarness.Await(time, () => _watch.Stored() == 10);
            File.WriteAllText(path, Header + string.Concat(Enumerable.Range(0, 4).Select(Row)));
            WatchHarness.Await(time, () => _watch.Told("begins alike") == 1);
            File.WriteAllText(path, Header + string.Concat(Enumerable.Range(0, 12).Select(Row)));
            WatchHarness.Await(time, () => _watch.Stored() == 12);
            File.WriteAllText(path, Header + string.Concat(Enumerable.Range(20, 3).Select(Row)));
            WatchHarness.Await(time, () => _watch.Stored() == 15);
        });
        Assert.Equal("15,15", Ask("count(*), count(distinct price)"));
    }

    private static string Row(int row) => $"A,2024-11-01 10:00:{row:00},{row},n\n";

    private long Count() =>
        Directory.Exists(Path.Combine(_watch.Store, "lake/d/_delta_log"))
            ? long.Parse(Ask("count(*)"), System.Globalization.CultureInfo.InvariantCulture)
            : 0;

    private string Ask(string columns) =>
        IngestFolder.Ask($"select {columns} from read_parquet('{_watch.Store}/lake/d/*=*/**/*.parquet', hive_partitioning = false)");
}
