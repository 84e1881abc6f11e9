using System.Globalization;
using System.Text;
using HybridStore.Cli.Output.Rows;
using HybridStore.Coverage;
using HybridStore.Derive;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Query.Export;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>The library in programs of other cultures: what it stores, says and answers is what it does in the invariant one.</summary>
public sealed class CultureTests : IDisposable
{
    private static readonly QueryOptions Limits = new();

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("sv-SE")]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    public void Ingest_sql_derive_export_coverage_and_verify_do_not_depend_on_the_culture(string name)
    {
        var expected = Walk("invariant", CultureInfo.InvariantCulture);
        var culture = OtherCulture.Create(name);
        // The culture is one that would show, were it asked.
        Assert.NotEqual(Sample(CultureInfo.InvariantCulture), Sample(culture));
        Assert.Equal(expected, Walk(name, culture));
    }

    private static string Sample(CultureInfo culture) => string.Create(culture, $"{-1234.5:N2} {new DateTime(2024, 11, 1):yyyy-MM-dd}");

    /// <summary>Does all of it in a store of its own, and tells what came out.</summary>
    private List<string> Walk(string name, CultureInfo culture)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            return WalkHere(name);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private List<string> WalkHere(string name)
    {
        var store = new StorePaths(_folder.File(name));
        var found = new List<string>();
        var source = _folder.Write(
            $"{name}.csv",
            """
            id,at,price,exact,size,day,share
            IBM,1969-12-31 23:59:59.999999,-0.12345678901234567,12345.6789,-5,2024-11-01,1e-300
            IBM,2024-11-01 10:00:00.5,1234567.8901234567,-0.0001,1234567,1969-12-31,NaN
            IBM,2024-11-01 10:00:01,179.99999999999997,99999.0000,0,2024-02-29,-Infinity
            INDIGO,2024-11-02 00:00:00,2.2250738585072014e-308,-1.5000,9007199254740993,0001-01-01,Infinity
            INDIGO,2024-11-02 00:00:01,5e-324,3.0000,-9007199254740993,9999-12-31,0.1
            INDIGO,2024-11-02 00:00:03,not a number,3.0000,1,9999-12-31,0.1

            """);
        var types = new Dictionary<string, ColumnType>
        {
            ["price"] = new(ColumnKind.Double),
            ["exact"] = new(ColumnKind.Decimal, 18, 4),
            ["share"] = new(ColumnKind.Double),
        };
        var request = new IngestRequest { Paths = [source], Dataset = "ticks", ColumnTypes = types, Partitioning = Partitioning.SymbolDate };
        var report = new Ingestor(store.Root, TimeProvider.System, new IngestProgress(), found.Add).Run(request, Token).Single();
        found.Add($"{report.Totals.RowsStored} stored, {report.Totals.RowsRejected} rejected");
        var bars = new Derivation("ticks", "bars", "1 minute");
        new Deriver(store, TimeProvider.System, Limits).Declare("bars_1m", bars, null, rebuild: false, Token);
        foreach (var dataset in (string[])["ticks", "bars_1m"]) AddDataset(store, dataset, found);
        Assert.True(Table(store, "ticks").Repartition(Partitioning.Month, Token).Committed);
        AddDataset(store, "ticks", found);
        var target = _folder.File($"{name}-out.csv");
        var export = new ExportRequest { Dataset = "ticks", Path = target, Format = ExportFormat.Csv };
        new Exporter(store, TimeProvider.System).Run(export, Limits, Token);
        found.Add(File.ReadAllText(target));
        return [.. found.Select(line => line.Replace(name, "NAME", StringComparison.Ordinal))];
    }

    private static LakeTable Table(StorePaths store, string dataset) => new(store.Dataset(dataset), TimeProvider.System);

    private static void AddDataset(StorePaths store, string dataset, List<string> found)
    {
        var table = Table(store, dataset);
        var snapshot = table.TryLoad()!;
        found.AddRange(snapshot.Dataset.Columns.Select(column => $"{column.Name} {column.Type.ToSql()}"));
        found.AddRange(snapshot.Files.Select(file => $"{Path.GetDirectoryName(file.Path)} {string.Join("; ", file.Statistics)}"));
        found.AddRange(RejectFileName.Live(snapshot).Select(file => File.ReadAllLines(file.Path)[1]));
        Assert.Empty(table.Verify(deep: true, Token).Problems);
        var coverage = new CoverageReader(table).Read(new CoverageRequest { From = new DateOnly(2024, 11, 1) }, Token);
        found.AddRange(coverage.Symbols.SelectMany(symbol => symbol.Days).Select(day => $"{day.Date:O} {day.Rows} {day.Status}"));
        RowFormat[] formats = [RowFormat.Csv, RowFormat.Json, RowFormat.Table, RowFormat.Markdown];
        found.AddRange(formats.Select(format => Answer(snapshot, $"select * exclude (symbol) from {dataset} order by all", format)));
    }

    private static string Answer(LakeSnapshot snapshot, string sql, RowFormat format)
    {
        using var engine = QueryEngine.Open([QuerySource.Of(snapshot)]);
        using var reader = engine.Run(sql, null, Token);
        using var stream = new MemoryStream();
        var writer = format.CreateWriter(stream);
        writer.Begin(reader.Columns);
        while (reader.Read() && writer.Write(reader.Chunk))
        {
        }

        writer.End();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
