using System.Globalization;
using System.Text;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Query.Export;
using HybridStore.Schema;
using HybridStore.Tests.Derive;
using HybridStore.Tests.Ingest;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>0.0 and -0.0 are stored as the text says, whatever writes the file; and they are equal for whoever asks.</summary>
public sealed class SignedZeroTests
{
    private const string Stored = "select timestamp, symbol, ret, px from d order by timestamp, symbol";

    private static readonly string[] Returns = ["0.0", "-0.0", "1.5", "", "-0", "0", "-2.25", "-0.000"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Partitioning, int> Cases => new()
    {
        { Partitioning.SymbolDate, 20_000 },
        { Partitioning.SymbolDate, 300 },
        { Partitioning.Date, 20_000 },
        { Partitioning.Month, 300 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Zeros_keep_their_sign_through_ingest_merge_compact_repartition_and_export(Partitioning layout, int rowCount)
    {
        using var folder = new IngestFolder();
        IngestRequest With(IngestRequest request) => request with
        {
            Partitioning = Directory.Exists(folder.Store) ? null : layout,
            ColumnTypes = new Dictionary<string, ColumnType> { ["ret"] = new(ColumnKind.Double), ["px"] = new(ColumnKind.Double) },
        };
        var model = new List<string>();
        // Zeros with a sign come only in the second half, when files are under way.
        var late = Csv(model, 0, rowCount, row => row < rowCount / 2 ? "0.0" : Returns[row % Returns.Length]);
        folder.Ingest(folder.Write("a.csv", late), With);
        AssertStored(folder, model);

        var replaced = model.Count;
        folder.Ingest(
            folder.Write("b.csv", Csv(model, rowCount - 50, rowCount + 50, row => Returns[(row + 1) % Returns.Length])),
            request => With(request) with { OnDuplicate = DuplicatePolicy.Replace, Key = ["symbol", "timestamp"] });
        model.RemoveRange(replaced - 50, 50);
        AssertStored(folder, model);

        folder.Ingest(folder.Write("c.csv", Csv(model, rowCount + 50, rowCount + 150, row => Returns[row % Returns.Length])), With);
        Table(folder).Compact(1L << 30, Token);
        AssertStored(folder, model);

        Table(folder).Repartition(layout == Partitioning.Date ? Partitioning.SymbolMonth : Partitioning.Date, Token);
        AssertStored(folder, model);
        Assert.Empty(Table(folder).Verify(deep: true, Token).Problems);

        var exported = folder.File("x.parquet");
        var request = new ExportRequest { Dataset = "d", Path = exported, Format = ExportFormat.Parquet };
        new Exporter(new StorePaths(folder.Store), TimeProvider.System).Run(request, new QueryOptions(), Token);
        Assert.Equal(model, Lines(Stored.Replace("from d", $"from {SqlText.Literal(exported)}")));
    }

    [Fact]
    public void Zeros_keep_their_sign_in_what_is_derived_and_where_the_result_is_sorted_by_them()
    {
        using var store = new DerivedStore();
        store.Ticks.Append(("A", LakeFixture.Day1, 2_000));
        const string Sql = "select symbol, time, case when i % 2 = 0 then '-0.0'::double else 0 end as ret, [ret, 0] as pair from ticks, range(4) t(i)";
        store.Declare("d", new Derivation("ticks", Sql: Sql));
        var rows = store.Rows("d", "select ret::varchar, pair::varchar, count(*) from {0} group by all order by all");
        Assert.Equal(["-0.0|[-0.0, 0.0]|4000", "0.0|[0.0, 0.0]|4000"], rows);
        Assert.Equal(["8000"], store.Rows("d", "select count(*) from {0} where ret = 0"));
    }

    [Fact]
    public void A_result_written_as_Parquet_keeps_the_sign_of_zeros_also_in_lists_and_structs()
    {
        using var folder = new Support.TemporaryFolder();
        var path = folder.File("x.parquet");
        using (var engine = QueryEngine.Open([], new QueryOptions { OutputPath = path }))
        {
            const string Zeros = "select i, case when i % 2 = 0 then '-0.0'::double else 0 end as d from range(1000) t(i)";
            engine.WriteParquet($"select i, d, d::float as f, [d] as l, {{'x': d::float}} as s from ({Zeros}) order by i desc", null, Token);
        }

        Assert.Equal(
            "-0.0,-0.0,[-0.0],{'x': -0.0},500\n0.0,0.0,[0.0],{'x': 0.0},500",
            IngestFolder.Ask($"select d::varchar, f::varchar, l::varchar, s::varchar, count(*) from {SqlText.Literal(path)} group by all order by all"));
        Assert.Equal("999", IngestFolder.Ask($"select i from {SqlText.Literal(path)} limit 1"));
    }

    [Fact]
    public void Zeros_of_either_sign_are_found_as_equal()
    {
        using var folder = new IngestFolder();
        var rows = Enumerable.Range(0, 12).Select(row => $"A,2024-11-01 10:00:{row:D2},{(row % 2 == 0 ? "-0.00" : "5.5")}\n");
        folder.Ingest(folder.Write("a.csv", "symbol,timestamp,ret\n" + string.Concat(rows)));
        using var engine = QueryEngine.Open(QuerySource.AllOf(new StorePaths(folder.Store), TimeProvider.System));
        using var reader = engine.Run("select count(*) from d where ret = 0", cancellationToken: Token);
        Assert.True(reader.Read());
        Assert.Equal("6", ValueText.Of(reader.Chunk.Column(0), 0));
        var path = Path.Combine(folder.Snapshot().Folder, folder.Snapshot().Files[0].Path);
        Assert.Equal("0", IngestFolder.Ask($"select count(bloom_filter_offset) from parquet_metadata({SqlText.Literal(path)})"));
    }

    private static LakeTable Table(IngestFolder folder) => new(folder.Snapshot().Folder, TimeProvider.System);

    /// <summary>Rows of two symbols, and what must be stored of them.</summary>
    private static string Csv(List<string> model, int from, int to, Func<int, string> returnOf)
    {
        var text = new StringBuilder("symbol,timestamp,ret,px\n");
        for (var row = from; row < to; row++)
        {
            var time = new DateTime(2024, 11, 1).AddSeconds(row).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            var symbol = row / 1_500 % 2 == 0 ? "A" : "B";
            text.Append(CultureInfo.InvariantCulture, $"{symbol},{time},{returnOf(row)},{row % 7}.5\n");
            model.Add($"{time},{symbol},{StoredText(returnOf(row))},{row % 7}.5");
        }

        return text.ToString();
    }

    private static string StoredText(string text)
    {
        if (text.Length == 0) return "null";
        if (double.Parse(text, CultureInfo.InvariantCulture) != 0) return text;
        return text[0] == '-' ? "-0.0" : "0.0";
    }

    private static void AssertStored(IngestFolder folder, List<string> model) =>
        Assert.Equal(model, Lines(Stored.Replace("from d", $"from {folder.Rows()}")));

    private static string[] Lines(string sql) => IngestFolder.Ask(sql).Split('\n');
}
