using System.IO.Compression;
using System.Text;
using HybridStore.Ingest;
using HybridStore.Native.Posix;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Files that were ingested and are longer now: they go on where they were left, whatever they are packed in.</summary>
public sealed class GrowingFileTests : IDisposable
{
    private const string Header = "symbol,timestamp,price\n";

    private readonly IngestFolder _folder = new();

    public static TheoryData<string> Kinds => ["a.csv", "utf16.csv", "a.csv.gz", "a.zip"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_has_grown_goes_on_where_it_was_left(string name)
    {
        Assert.Equal(20, _folder.Ingest(Write(name, Lines(0, 20))).Totals.RowsStored);
        // A copy under another name is the same source.
        DurableFile.Rename(_folder.File(name), _folder.File("b-" + name));
        var report = _folder.Ingest(Write(name, Lines(0, 20), Lines(20, 30) + "A,soon,1\n"));
        Assert.Equal((11, 10, 1, 22L),
            (report.Totals.RowsRead, report.Totals.RowsStored, report.Totals.RowsRejected, report.Files[0].ResumedAtLine));
        Assert.Equal(32, Assert.Single(_folder.RejectRows()).GetProperty("line").GetInt32());
        Assert.Equal(IngestStatus.Skipped, _folder.Ingest(_folder.File(name)).Files[0].Status);
        Assert.Equal(IngestStatus.Skipped, _folder.Ingest(_folder.File("b-" + name)).Files[0].Status);
        Assert.Equal(5, _folder.Ingest(Write(name, Lines(0, 20), Lines(20, 30) + "A,soon,1\n", Lines(30, 35))).Totals.RowsStored);
        AssertRows(35);
    }

    [Theory]
    [InlineData("a.csv", "\n")]
    [InlineData("a.csv", "\r\n")]
    [InlineData("utf16.csv", "\n")]
    [InlineData("a.csv.gz", "\r\n")]
    [InlineData("a.zip", "\n")]
    public void A_last_line_whose_end_came_later_is_stored_once(string name, string lineEnd)
    {
        var first = Lines(0, 20).Replace("\n", lineEnd, StringComparison.Ordinal).TrimEnd('\r', '\n');
        Assert.Equal(20, _folder.Ingest(Write(name, first)).Totals.RowsStored);
        var report = _folder.Ingest(Write(name, first, lineEnd + Lines(20, 25).Replace("\n", lineEnd, StringComparison.Ordinal)));
        Assert.Equal((5, 22L), (report.Totals.RowsStored, report.Files[0].ResumedAtLine));
        AssertRows(25);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_last_row_that_was_stored_half_is_told_of_and_nothing_is_stored_twice(string name)
    {
        var text = Lines(0, 30);
        var cut = text.IndexOf(":20,", StringComparison.Ordinal) + 5;
        Assert.Equal(21, _folder.Ingest(Write(name, text[..cut])).Totals.RowsStored);
        var before = _folder.Snapshot().Version;
        var report = _folder.Ingest(Write(name, text[..cut], text[cut..]));
        Assert.Contains("the last row of those goes on", report.Files[0].Error);
        Assert.Equal(before, _folder.Snapshot().Version);
        Assert.Equal(30, _folder.Ingest(_folder.File(name), request => request with { Force = true }).Totals.RowsStored);
    }

    [Fact]
    public void A_file_that_was_rewritten_is_another_and_a_filter_another_choice()
    {
        var path = Write("a.csv", Lines(0, 20));
        _folder.Ingest(path);
        Assert.Equal(
            25,
            _folder.Ingest(Write("a.csv", Lines(0, 25)),
                request => request with { Filter = new SourceFilter { Symbols = ["A"] } }).Totals.RowsRead);
        Assert.Equal(30,
            _folder.Ingest(Write("a.csv", Lines(0, 30).Replace(":05,5\n", ":05,7\n", StringComparison.Ordinal))).Totals.RowsRead);
        Assert.Equal(8, _folder.Ingest(Write("a.csv", Lines(0, 28))).Totals.RowsRead);
    }

    [Fact]
    public void A_file_that_grows_while_two_runs_read_it_is_stored_once()
    {
        _folder.Ingest(_folder.Write("other.csv", Header + "B,2024-11-01 10:00:00,5\n"));
        var path = Write("a.csv", Lines(0, 20));
        var time = new AskedTime(() =>
        {
            // Another run takes more of it than this one has measured, and commits first.
            File.AppendAllText(path, Lines(20, 30));
            Assert.Equal(30, _folder.Ingest(path).Totals.RowsStored);
        });
        var request =
            new IngestRequest { Paths = [path], Dataset = "d", GrowingFiles = new Dictionary<string, long> { [path] = new FileInfo(path).Length } };
        var report = new Ingestor(_folder.Store, time, new IngestProgress(), _ => { }).Run(request, CancellationToken.None).Single();
        Assert.Equal(IngestStatus.Skipped, report.Files[0].Status);
        AssertRows(30);
    }

    private static string Lines(int from, int to) =>
        (from == 0 ? Header : "") + string.Concat(Enumerable.Range(from, to - from).Select(row => $"A,2024-11-01 10:00:{row:00},{row}\n"));

    private void AssertRows(int rows) =>
        Assert.Equal($"{rows},{rows},{rows * (rows - 1) / 2}",
            IngestFolder.Ask($"select count(*), count(distinct price), sum(price)::bigint from {_folder.Rows()} where symbol = 'A'"));

    /// <summary>Writes parts of a text one behind the other, as whoever appends would: each part is packed by itself.</summary>
    private string Write(string name, params string[] parts)
    {
        var path = _folder.File(name);
        if (name.EndsWith(".zip", StringComparison.Ordinal))
        {
            File.Delete(path);
            using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
            using var member = archive.CreateEntry("a.csv").Open();
            member.Write(Encoding.UTF8.GetBytes(string.Concat(parts)));
            return path;
        }

        using var file = File.Create(path);
        if (name.StartsWith("utf16", StringComparison.Ordinal)) file.Write(Encoding.Unicode.GetPreamble());
        foreach (var part in parts)
        {
            if (name.EndsWith(".gz", StringComparison.Ordinal))
            {
                using var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
                packed.Write(Encoding.UTF8.GetBytes(part));
            }
            else
            {
                file.Write(
                    name.StartsWith("utf16", StringComparison.Ordinal) ? Encoding.Unicode.GetBytes(part) : Encoding.UTF8.GetBytes(part));
            }
        }

        return path;
    }
}
