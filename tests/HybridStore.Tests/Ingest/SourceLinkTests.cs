using System.IO.Compression;
using System.Text;
using HybridStore.Ingest;
using HybridStore.Native.Posix;
using HybridStore.Tests.Ingest.Workbooks;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>
/// Sources that are reached through symbolic links, and files that change while they are read: sizes are those of the file that is read.
/// </summary>
public sealed class SourceLinkTests : IDisposable
{
    private const int Rows = 1_000;

    private readonly IngestFolder _folder = new();

    public static TheoryData<string> Kinds => ["a.csv", "a.csv.gz", "a.zip", "a.xlsx"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_source_behind_two_links_is_read_to_its_end(string name)
    {
        Write("far/" + name);
        Link("near/" + name, _folder.File("far/" + name));
        Link(name, "near/" + name);
        var report = _folder.Ingest(_folder.File(name));
        Assert.Equal(Rows, report.Totals.RowsStored);
        Assert.Equal(Sum, Stored());
        Assert.Equal(IngestStatus.Skipped, _folder.Ingest(_folder.File("far/" + name)).Files[0].Status);
    }

    [Fact]
    public void A_folder_of_links_is_read_once_each_where_links_run_in_a_circle_and_a_link_to_nothing_is_told()
    {
        Write("far/a.csv");
        Write("elsewhere/b.csv", row => $"B,2024-11-02 10:00:00,{row}\n");
        Link("in/a.csv", "../far/a.csv");
        Link("in/more", _folder.File("elsewhere"));
        Link("elsewhere/back", _folder.File("in"));
        Link("in/gone.csv", "nowhere.csv");
        Link("in/self.csv", "self.csv");
        var report = _folder.Ingest(_folder.File("in"));
        Assert.Equal(
            [("a.csv", IngestStatus.Ingested), ("gone.csv", IngestStatus.Failed), ("b.csv", IngestStatus.Ingested),
                ("self.csv", IngestStatus.Failed)],
            report.Files.Select(file => (Path.GetFileName(file.Path), file.Status)));
        Assert.Equal(2 * Rows, report.Totals.RowsStored);
        Assert.Contains("is a link to", report.Files[1].Error);
        Assert.Equal(IngestStatus.Skipped, _folder.Ingest(_folder.File("in/*/*.csv")).Files[0].Status);
        Assert.Contains("leads to no file", Assert.Throws<StoreException>(() => _folder.Ingest(_folder.File("in/gone.csv"))).Message);
    }

    [Fact]
    public void A_range_of_a_linked_file_that_several_threads_read_is_that_of_the_file()
    {
        var path = Write("far/a.csv", row => $"A,2024-11-01 10:00:00,{row}{new string('0', 40_000)}\n");
        Assert.True(new FileInfo(path).Length > 32 << 20);
        Link("a.csv", path);
        Assert.Equal(Rows, _folder.Ingest(_folder.File("a.csv"), request => request with { Jobs = 3 }).Totals.RowsStored);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_grows_or_shrinks_after_it_was_measured_stores_nothing(bool grows)
    {
        var path = Write("a.csv");
        var file = SourceFile.Of(path);
        using (var change = File.OpenWrite(path)) change.SetLength(file.SizeBytes + (grows ? 10 : -10));
        var error = Assert.Throws<StoreException>(() => SourceIdentity.Of(file, KnownContents.In(null, ""), CancellationToken.None));
        Assert.Equal(StoreErrorKind.SourceData, error.Kind);
        Assert.Contains(grows ? "it goes on behind" : "10 of", error.Message);
    }

    [Fact]
    public void A_link_that_leads_elsewhere_while_its_file_is_read_stores_nothing()
    {
        var first = Write("first/a.csv");
        var second = Write("second/a.csv");
        File.SetLastWriteTimeUtc(second, File.GetLastWriteTimeUtc(first));
        Link("a.csv", first);
        // The clock is asked when the reading of a source begins: after it was identified.
        var time = new AskedTime(() =>
        {
            Link("other.csv", second);
            DurableFile.Rename(_folder.File("other.csv"), _folder.File("a.csv"));
        });
        var request = new IngestRequest { Paths = [_folder.File("a.csv")], Dataset = "d" };
        var report = new Ingestor(_folder.Store, time, new IngestProgress(), _ => { }).Run(request, CancellationToken.None).Single();
        Assert.Contains("was changed while it was read", report.Files[0].Error);
        Assert.False(Directory.Exists(_folder.Store));
    }

    private static string Sum => $"{Rows},{(long)Rows * (Rows - 1) / 2}";

    private string Stored() => IngestFolder.Ask($"select count(*), sum(price)::bigint from {_folder.Rows()}");

    private void Link(string name, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.CreateSymbolicLink(_folder.File(name), target);
    }

    private string Write(string name, Func<int, string>? row = null)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (name.EndsWith(".xlsx", StringComparison.Ordinal))
        {
            using var workbook = new XlsxFile(path);
            workbook.Sheet(
                "quotes",
                [["symbol", "timestamp", "price"],
                    .. Enumerable.Range(0, Rows).Select(price => (object?[])["A", new DateTime(2024, 11, 1, 10, 0, 0), (double)price])]);
            return path;
        }

        var text = Encoding.UTF8.GetBytes(
            "symbol,timestamp,price\n"
                + string.Concat(Enumerable.Range(0, Rows).Select(row ?? (price => $"A,2024-11-01 10:00:00,{price}\n"))));
        using var file = File.Create(path);
        if (name.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Create);
            using var member = archive.CreateEntry("a.csv").Open();
            member.Write(text);
        }
        else
        {
            using Stream output = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
            output.Write(text);
        }

        return path;
    }
}
