using System.Globalization;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Native.Csv;
using Xunit;

namespace HybridStore.Tests.Ingest;

public sealed class RejectRetryTests : IDisposable
{
    private const string Header = "symbol,timestamp,price,note\n";

    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_stores_what_can_be_read_now_and_the_rest_stays_with_its_place()
    {
        var path = Ingest();
        var report = Retry(nullTexts: ["tbd"]);
        Assert.Equal((4, 2, 2), (report.RowsRetried, report.RowsStored, report.RowsRejected));
        Assert.Equal([$"{path}:6", $"{path}:8"], Quarantine.Read(_folder.Snapshot()).Select(row => $"{row.File}:{row.Line}"));
        Assert.Equal(["x", ""], Quarantine.Read(_folder.Snapshot()).Select(row => row.Text));
        Assert.Equal("6,2,4", IngestFolder.Ask($"select count(*), count(*) filter (price is null), count(distinct note) from {_folder.Rows()}"));
        var entry = Table.History(1).Single();
        Assert.Equal(("retry", 4, 2, 2), (entry.Operation, entry.Details!.RowsRead, entry.Details.RowsStored, entry.Details.RowsRejected));
        Assert.Equal([path], entry.Details.Sources);
        Assert.Empty(Table.Verify(deep: true, CancellationToken.None).Problems);

        // Nothing more to gain: nothing is committed.
        var again = Retry(nullTexts: ["tbd"]);
        Assert.Equal((2, 0, report.Version), (again.RowsRetried, again.RowsStored, again.Version));
    }

    [Fact]
    public void Run_with_corrected_rows_stores_them_and_empties_the_quarantine()
    {
        Ingest();
        var edited = Quarantine.Read(_folder.Snapshot()).Select(row => row with { Row = $"A,2024-11-01 12:00:00,{row.Line}.5,corrected" }).ToList();
        var report = Retry(edited: edited);
        Assert.Equal((4, 4, 0), (report.RowsRetried, report.RowsStored, report.RowsRejected));
        Assert.Empty(Quarantine.Read(_folder.Snapshot()));
        Assert.Equal("3.5;5.5;6.5;8.5", IngestFolder.Ask($"select string_agg(price, ';' order by price) from {_folder.Rows()} where note = 'corrected'"));
        Assert.Contains("is not in quarantine", Assert.Throws<StoreException>(() => Retry(edited: edited)).Message);
    }

    [Fact]
    public void Run_with_another_time_format_stores_rows_that_had_the_wrong_one()
    {
        const string header = "symbol,timestamp,day\n";
        _folder.Ingest(_folder.Write("first.csv", header + "A,2024-11-01 10:00:00,2024-11-01\n"));
        Assert.Equal(1, _folder.Ingest(_folder.Write("a.csv", header + "A,2024-11-02 10:00:00,2024-11-02\nA,2024-11-01 11:00:00,13/11/2024\nA,2024-11-02 10:00:00,2024-11-03\n")).Totals.RowsRejected);
        Assert.Equal(1, new RejectRetry(_folder.Store, TimeProvider.System, _ => { }).Run("d", new IngestRequest { Paths = [], TimeFormats = new Dictionary<string, CsvTimeFormat> { ["day"] = CsvTimeFormat.DayMonthYear } }, [], null, CancellationToken.None).RowsStored);
        Assert.Equal("2024-11-13", IngestFolder.Ask($"select day from {_folder.Rows()} where hour(timestamp) = 11"));
    }

    [Fact]
    public void Rows_whose_text_is_not_known_exactly_stay_until_they_are_edited()
    {
        var path = _folder.File("a.csv");
        // Beyond the first rows, by which the encoding is told.
        var rows = System.Text.Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat("A,2024-11-01 10:00:00,1,n\n", 5_000)) + "A,2024-11-01 10:00:01,2,");
        File.WriteAllBytes(path, [.. rows, 0xC3, 0x28, .. "\n"u8]);
        Assert.Equal(1, _folder.Ingest(path).Totals.RowsRejected);
        Assert.Equal((1, 0, 1), (Retry().RowsRetried, Retry().RowsStored, Retry().RowsRejected));
        var row = Quarantine.Read(_folder.Snapshot()).Single();
        Assert.Equal(1, Retry(edited: [row with { Row = "A,2024-11-01 10:00:01,2,é" }]).RowsStored);
        Assert.Equal("é", IngestFolder.Ask($"select note from {_folder.Rows()} where price = 2"));
    }

    [Fact]
    public void An_undone_ingest_takes_its_rejects_along_and_an_undone_retry_brings_them_back()
    {
        var path = Ingest();
        Assert.Equal(4, Quarantine.Read(_folder.Snapshot()).Count());
        Retry(nullTexts: ["tbd"]);
        Table.Undo(null, CancellationToken.None);
        Assert.Equal(4, Quarantine.Read(_folder.Snapshot()).Count());
        Assert.Equal("4", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));
        Table.Undo(0, CancellationToken.None);
        Assert.Empty(Quarantine.Read(_folder.Snapshot()));
        _folder.Ingest(path);
        Assert.Equal(4, Quarantine.Read(_folder.Snapshot()).Count());
    }

    [Fact]
    public void Rejects_of_a_run_that_died_before_its_commit_are_no_part_of_the_quarantine()
    {
        var path = Ingest();
        var left = RejectFileName.Live(_folder.Snapshot()).Single();
        // As a dead run leaves it: the name of a step that the log does not hold.
        File.Copy(left.Path, (left.Name with { At = new SourceProgress(1, 0) }).In(_folder.Snapshot().Folder));
        Assert.Equal(4, Quarantine.Read(_folder.Snapshot()).Count());
        _folder.Ingest(path, request => request with { Force = true });
        Assert.Equal(8, Quarantine.Read(_folder.Snapshot()).Count());
    }

    private LakeTable Table => new(_folder.Snapshot().Folder, TimeProvider.System);

    /// <summary>A first file that settles the schema, and a second with four rows that do not fit, on lines 3, 5, 6 and 8.</summary>
    private string Ingest()
    {
        _folder.Ingest(_folder.Write("first.csv", Header + "A,2024-11-01 09:00:00,0.5,first\n"));
        var path = _folder.Write("a.csv", Header + string.Create(CultureInfo.InvariantCulture, $"A,2024-11-01 10:00:00,1.5,n\nA,2024-11-01 10:00:01,tbd,\"quoted, note\"\nA,2024-11-01 10:00:02,2.5,n\nB,2024-11-01 10:00:03,tbd,another\nB,2024-11-01 10:00:04,x,n\nA,2024-11-01 10:00:05,3.5,n\nA,2024-11-01 10:00:06\n"));
        Assert.Equal((7, 3, 4), _folder.Ingest(path).Totals is var totals ? (totals.RowsRead, totals.RowsStored, totals.RowsRejected) : default);
        return path;
    }

    private RejectRetryReport Retry(IReadOnlyList<string>? nullTexts = null, IReadOnlyList<QuarantinedRow>? edited = null) =>
        new RejectRetry(_folder.Store, TimeProvider.System, _folder.Notes.Add).Run("d", new IngestRequest { Paths = [] }, nullTexts ?? [], edited, CancellationToken.None);
}
