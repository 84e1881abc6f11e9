using System.Globalization;
using HybridStore.Ingest;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Ingest;

public sealed class IngestPreviewTests : IDisposable
{
    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Preview_tells_schema_layout_rows_and_problems_and_makes_no_store()
    {
        _folder.Write("in/a.csv", "symbol,timestamp,price\n" + string.Concat(Enumerable.Range(0, 1_000).Select(row => string.Create(CultureInfo.InvariantCulture, $"A,2024-11-01 10:{row / 60:00}:{row % 60:00},{row}.5\n"))) + "A,2024-11-01 11:00:00\n");
        _folder.Write("in/b.csv", "symbol,timestamp,price,size\nB,2024-11-01 10:00:00,1.5,7\n");
        _folder.Write("in/c.csv", "");
        var preview = Preview(_folder.File("in"));
        Assert.True(preview.IsNew);
        Assert.Equal("symbol varchar,timestamp timestamp,price double,size bigint", string.Join(',', preview.Columns.Select(column => $"{column.Name} {column.Type}")));
        Assert.Contains(preview.Notes, note => note.Contains("laid out by", StringComparison.Ordinal));
        Assert.InRange(preview.RowsEstimate, 990, 1_010);
        Assert.NotNull(preview.FilesEstimate);
        Assert.Equal("0.5", preview.SampleRows[0]["price"]);
        Assert.Equal((1_001, 1), (preview.Files[0].RowsLookedAt, preview.Files[0].RowsRejected));
        Assert.Contains("a.csv:1002: expected 3 fields, found 2", preview.Files[0].Problems.Single());
        Assert.Contains("is empty", preview.Files[2].Problems.Single());
        Assert.False(Directory.Exists(_folder.Store));
    }

    [Fact]
    public void Preview_of_a_stored_dataset_tells_known_files_and_changes_of_its_columns_and_writes_nothing()
    {
        _folder.Write("in/a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n");
        _folder.Ingest(_folder.File("in"));
        _folder.Write("in/b.csv", "symbol,timestamp,venue\nA,2024-11-01 10:00:00,X\n");
        _folder.Write("in/c.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,cheap\n");
        var before = StoreContent.Of(_folder.Store);
        var preview = Preview(_folder.File("in"));
        Assert.Equal([true, false, false], preview.Files.Select(file => file.IsKnown));
        Assert.Contains(preview.Notes, note => note.StartsWith("Schema change: column 'venue'", StringComparison.Ordinal));
        Assert.Contains(preview.Notes, note => note.StartsWith("column 'price' is missing in", StringComparison.Ordinal));
        Assert.Contains("expected double", preview.Files[2].Problems.Single());
        Assert.Equal(before, StoreContent.Of(_folder.Store));
        Assert.False(Directory.Exists(Path.Combine(_folder.Store, "log")) && File.ReadAllText(Path.Combine(_folder.Store, "log/hybrid.ndjson")).Contains("preview", StringComparison.Ordinal));
    }

    [Fact]
    public void A_layout_of_too_many_small_files_is_warned_of_with_a_better_one()
    {
        var rows = string.Concat(Enumerable.Range(0, 30_000).Select(row => string.Create(CultureInfo.InvariantCulture, $"G{row % 1_000:0000},{new DateTime(2024, 1, 1).AddDays(row / 1_000):yyyy-MM-dd},{row}\n")));
        var preview = Preview(_folder.Write("a.csv", "duid,day,v\n" + rows), Partitioning.SymbolDate);
        var warning = Assert.Single(preview.Notes, note => note.Contains("WARNING", StringComparison.Ordinal));
        Assert.Contains("--partition-by symbol/date makes about", warning);
        Assert.Contains("--partition-by year makes about 1.", warning);
        Assert.DoesNotContain(Preview(_folder.File("a.csv")).Notes, note => note.Contains("WARNING", StringComparison.Ordinal));
    }

    private IngestPreview Preview(string path, Partitioning? layout = null) =>
        new Ingestor(_folder.Store, TimeProvider.System, new IngestProgress(), _ => { }).Preview(new IngestRequest { Paths = [path], Dataset = "d", Partitioning = layout }, CancellationToken.None).Single();
}
