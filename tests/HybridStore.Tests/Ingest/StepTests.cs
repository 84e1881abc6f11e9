using System.Globalization;
using System.IO.Compression;
using System.Text;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Ingests that commit as they go, and go on where another stopped.</summary>
public sealed class StepTests : IDisposable
{
    private const int Rows = 60_000;
    private const string Header = "symbol,timestamp,price,note\n";

    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.csv", false)]
    [InlineData("a.csv.gz", false)]
    [InlineData("utf16.csv", false)]
    [InlineData("a.csv", true)]
    public void A_source_larger_than_a_step_is_committed_in_several_that_add_up(string name, bool isQuoted)
    {
        var path = Write(name, Text(isQuoted));
        var report = _folder.Ingest(path, request => request with { CommitBytes = 500_000, ColumnTypes = Prices });
        Assert.True(_folder.Snapshot().Version >= 2);
        AssertWhole(report.Totals);
        var history = new LakeTable(_folder.Snapshot().Folder, TimeProvider.System).History();
        Assert.Equal(Rows, history.Sum(entry => entry.Details!.RowsRead));
        Assert.Equal(6, history.Sum(entry => entry.Details!.RowsRejected));
        Assert.All(history, entry => Assert.Equal(entry.Details!.RowsRead, entry.Details.RowsStored + entry.Details.RowsRejected));
        Assert.All(history, entry => Assert.StartsWith("bytes ", entry.Details!.Parameters[path]));
        AssertRows();
        Assert.Equal(IngestStatus.Skipped, _folder.Ingest(path).Files.Single().Status);
    }

    [Theory]
    [InlineData("a.csv", 1, "")]
    [InlineData("a.csv", 2, "")]
    [InlineData("a.csv.gz", 1, "")]
    [InlineData("a.csv", 1, "A,2024-11-01 00:00:00,bad,n\n")]
    public void A_run_that_is_stopped_goes_on_at_the_line_where_the_last_commit_ended(string name, int jobs, string added)
    {
        var path = Write(name, Text(isQuoted: false));
        using var stop = new CancellationTokenSource();
        var request = new IngestRequest { Paths = [path], Dataset = "d", Partitioning = Partitioning.SymbolDate, CommitBytes = 400_000, Jobs = jobs, ColumnTypes = Prices };
        // The log is told of each commit: stop after the second.
        var time = new StoppingTime(() =>
        {
            if (Directory.Exists(Path.Combine(_folder.Store, "lake/d/_delta_log")) && File.Exists(Path.Combine(_folder.Store, "lake/d/_delta_log/00000000000000000001.json"))) stop.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => new Ingestor(_folder.Store, time, new IngestProgress(), _ => { }).Run(request, stop.Token));
        var before = _folder.Snapshot().Files.Sum(file => file.RowCount);
        Assert.InRange(before, 1, Rows - 10_000);
        File.AppendAllText(path, added);

        var report = _folder.Ingest(path, _ => request with { Partitioning = null, CommitBytes = 0 });
        var rejectedBefore = new LakeTable(_folder.Snapshot().Folder, TimeProvider.System).History().Skip(1).Sum(entry => entry.Details!.RowsRejected);
        Assert.Equal(before + rejectedBefore + 2, report.Files.Single().ResumedAtLine);
        Assert.Equal(Rows - before - rejectedBefore + (added.Length > 0 ? 1 : 0), report.Totals.RowsRead);
        Assert.Contains(_folder.Notes, note => note.Contains("resumed at line", StringComparison.Ordinal));
        if (added.Length == 0) AssertRows();
        else Assert.Equal(Rows - 6, _folder.Snapshot().Files.Sum(file => file.RowCount));
    }

    [Fact]
    public void A_file_that_was_rewritten_is_read_from_its_start_and_one_that_grew_goes_on()
    {
        var path = Write("a.csv", Text(isQuoted: false));
        _folder.Ingest(path, request => request with { CommitBytes = 500_000, ColumnTypes = Prices });
        File.AppendAllText(path, "A,2024-11-05 00:00:00,1,x\n");
        Assert.Equal(1, _folder.Ingest(path).Totals.RowsRead);
        File.WriteAllText(path, File.ReadAllText(path).Replace(",0,n\n", ",5,n\n", StringComparison.Ordinal));
        Assert.Equal(Rows + 1, _folder.Ingest(path).Totals.RowsRead);
    }

    [Fact]
    public void Many_files_are_committed_in_groups_and_a_damaged_one_among_them_costs_only_itself()
    {
        var text = Text(isQuoted: false);
        for (var file = 0; file < 6; file++) _folder.Write($"in/{file}.csv", text + $"A,2024-12-0{file + 1} 00:00:00,1,x\n");
        File.WriteAllBytes(_folder.File("in/7.csv.gz"), [0x1f, 0x8b, 8, 0, 1, 2, 3]);
        var report = _folder.Ingest(_folder.File("in"), request => request with { CommitBytes = 5_000_000, ColumnTypes = Prices });
        Assert.Equal(6, report.Files.Count(file => file.Status == IngestStatus.Ingested));
        Assert.Equal(IngestStatus.Failed, report.Files[^1].Status);
        Assert.InRange(_folder.Snapshot().Version, 1, 4);
        Assert.Equal((6 * (Rows + 1)) - 36, _folder.Snapshot().Files.Sum(file => file.RowCount));
    }

    [Theory]
    [InlineData(DuplicatePolicy.Skip)]
    [InlineData(DuplicatePolicy.Replace)]
    public void Duplicates_are_found_across_the_steps_of_a_file(DuplicatePolicy policy)
    {
        var text = new StringBuilder(Header);
        for (var row = 0; row < 20_000; row++) text.Append(CultureInfo.InvariantCulture, $"A,2024-11-01 10:{row % 5000 / 60 % 60:00}:{row % 5000 % 60:00}.{row % 5000:000000},{row},n\n");
        var report = _folder.Ingest(_folder.Write("a.csv", text.ToString()), request => request with { CommitBytes = 200_000, OnDuplicate = policy, Key = ["symbol", "timestamp"] });
        Assert.True(_folder.Snapshot().Version > 0);
        Assert.Equal((20_000, report.Totals.RowsStored + report.Totals.RowsDeduplicated), (report.Totals.RowsRead, report.Totals.RowsRead));
        Assert.Equal(policy == DuplicatePolicy.Skip ? "5000,0,4999" : "5000,15000,19999", IngestFolder.Ask($"select count(*), min(price), max(price) from {_folder.Rows()}"));
    }

    [Fact]
    public void A_small_source_is_one_commit_and_one_file_a_partition()
    {
        var report = _folder.Ingest(Write("a.csv", Text(isQuoted: false)), request => request with { ColumnTypes = Prices });
        Assert.Equal(0, report.Version);
        Assert.Equal(4, report.Totals.FilesWritten);
    }

    [Fact]
    public void Force_ingests_a_file_of_many_steps_again_from_its_start()
    {
        var path = Write("a.csv", Text(isQuoted: false));
        _folder.Ingest(path, request => request with { CommitBytes = 500_000, ColumnTypes = Prices });
        var again = _folder.Ingest(path, request => request with { CommitBytes = 500_000, Force = true });
        AssertWhole(again.Totals);
        Assert.Null(again.Files.Single().ResumedAtLine);
        Assert.Equal(12, _folder.Rejects().Length);
        Assert.Equal(2 * (Rows - 6), _folder.Snapshot().Files.Sum(file => file.RowCount));
    }

    private static Dictionary<string, ColumnType> Prices => new() { ["price"] = new(ColumnKind.BigInt) };

    private static string Text(bool isQuoted)
    {
        var text = new StringBuilder(Header);
        for (var row = 0; row < Rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(row % 2 == 0 ? "A" : "B")},2024-11-0{1 + row / (Rows / 2)} {row % 24:00}:{row / 100 % 60:00}:00,{(row % 10_000 == 7_777 ? "bad" : row)},{(isQuoted ? $"\"a\nb, {row}\"" : "n")}\n");
        }

        return text.ToString();
    }

    private string Write(string name, string text)
    {
        var path = _folder.File(name);
        if (name.StartsWith("utf16", StringComparison.Ordinal)) File.WriteAllText(path, text, Encoding.Unicode);
        else if (!name.EndsWith(".gz", StringComparison.Ordinal)) File.WriteAllText(path, text);
        else
        {
            using var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest);
            packed.Write(Encoding.UTF8.GetBytes(text));
        }

        return path;
    }

    private void AssertRows()
    {
        const long sum = (long)Rows * (Rows - 1) / 2 - (7_777 + 17_777 + 27_777 + 37_777 + 47_777 + 57_777);
        Assert.Equal($"{Rows - 6},{Rows - 6},{sum}", IngestFolder.Ask($"select count(*), count(distinct price), sum(price) from {_folder.Rows()}"));
        var lines = _folder.Rejects().Select(line => int.Parse(line.Split("\"line\":")[1].Split(',')[0], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(6, lines.Distinct().Count());
        Assert.Equal(6, lines.Count);
        Assert.Empty(new LakeTable(_folder.Snapshot().Folder, TimeProvider.System).Verify(deep: true, CancellationToken.None).Problems);
    }

    private static void AssertWhole(IngestTotals totals) => Assert.Equal((Rows, Rows - 6, 6), (totals.RowsRead, totals.RowsStored, totals.RowsRejected));

    /// <summary>A clock that lets a test look whenever somebody asks it for the time.</summary>
    private sealed class StoppingTime(Action look) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            look();
            return base.GetUtcNow();
        }
    }
}
