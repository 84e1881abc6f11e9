using System.Globalization;
using System.Text;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

public sealed class LayoutTests
{
    private static readonly string Source = MakeSource();

    [Theory]
    [InlineData(Partitioning.SymbolDate, 80)]
    [InlineData(Partitioning.SymbolMonth, 40)]
    [InlineData(Partitioning.SymbolYear, 40)]
    [InlineData(Partitioning.Date, 4)]
    [InlineData(Partitioning.Month, 2)]
    [InlineData(Partitioning.Year, 2)]
    public void Each_layout_gives_the_same_answers_and_is_in_order(Partitioning layout, int files)
    {
        using var folder = new IngestFolder();
        var path = folder.Write("a.csv", Source);
        var report = folder.Ingest(path, request => request with { Partitioning = layout });
        Assert.Equal(files, report.Totals.FilesWritten);
        Assert.Equal(20, report.Symbols);
        var snapshot = folder.Snapshot();
        Assert.Empty(new LakeTable(snapshot.Folder, TimeProvider.System).Verify(deep: true, CancellationToken.None).Problems);
        using var engine = QueryEngine.Open([QuerySource.Of(snapshot)]);
        Assert.Equal("20000,199990000,20", Ask(engine, "select count(*), sum(v), count(distinct duid) from d"));
        Assert.Equal("250", Ask(engine, "select count(*) from d where symbol = 'G007' and date = '2025-01-01'"));
        Assert.Equal("2024-12-30,2025-01-02,4", Ask(engine, "select min(date), max(date), count(distinct date) from d"));
        Assert.Equal("0", Ask(engine, "select count(*) from d where date <> ts::date"));
        foreach (var file in snapshot.Files)
        {
            var rows = $"read_parquet('{Path.Combine(snapshot.Folder, file.Path)}', hive_partitioning = false, file_row_number = true)";
            Assert.Equal("true", IngestFolder.Ask($"select bool_and(before_duid is null or (duid, ts) >= (before_duid, before_ts)) from (select *, lag(duid) over w before_duid, lag(ts) over w before_ts from {rows} window w as (order by file_row_number))"));
        }
    }

    /// <summary>The layout is inferred here, so the request must leave it open.</summary>
    [Theory]
    [InlineData(1, 3_000, "symbol/date")]
    [InlineData(20, 4, "year")]
    [InlineData(400, 50, "month")]
    public void Auto_splits_by_symbol_only_where_a_symbol_has_many_rows_a_day(int symbols, int rowsPerDay, string layout)
    {
        var text = new StringBuilder("symbol,timestamp,v\n");
        for (var day = 1; day <= (symbols > 1 ? 3 : 2); day++)
        {
            for (var row = 0; row < rowsPerDay; row++)
            {
                for (var symbol = 0; symbol < symbols; symbol++) text.Append(CultureInfo.InvariantCulture, $"S{symbol},2024-11-{day:00} {row * 24 / rowsPerDay:00}:{row % 60:00}:00,{row}\n");
            }
        }

        using var folder = new IngestFolder();
        Assert.Equal(layout, folder.Ingest(folder.Write("a.csv", text.ToString()), request => request with { Partitioning = null }).Partitioning);
        Assert.Contains(folder.Notes, note => note.Contains("rows a symbol and day", StringComparison.Ordinal));
    }

    [Fact]
    public void One_symbol_of_many_is_found_by_the_statistics_of_row_groups()
    {
        using var folder = new IngestFolder();
        var text = new StringBuilder("symbol,timestamp,v\n");
        for (var row = 0; row < 120_000; row++) text.Append(CultureInfo.InvariantCulture, $"S{row % 60:00},2024-11-01 {row / 5_000:00}:{row / 60 % 60:00}:00,{row}\n");
        Assert.Equal("date", folder.Ingest(folder.Write("a.csv", text.ToString()), request => request with { Partitioning = Partitioning.Date }).Partitioning);
        Assert.Equal("2,1", RowGroups(folder, "symbol", "S07"));
    }

    [Theory]
    [InlineData(Partitioning.SymbolYear)]
    [InlineData(Partitioning.SymbolMonth)]
    public void One_day_of_a_symbols_year_is_found_by_the_statistics_of_row_groups(Partitioning layout)
    {
        using var folder = new IngestFolder();
        var text = new StringBuilder("symbol,timestamp,v\n");
        var start = new DateTime(2024, 11, 1);
        for (var row = 0; row < 400_000; row++) text.Append(CultureInfo.InvariantCulture, $"A,{start.AddSeconds(row * 6):yyyy-MM-dd HH:mm:ss},{row}\n");
        folder.Ingest(folder.Write("a.csv", text.ToString()), request => request with { Partitioning = layout });
        Assert.Equal("4,1", RowGroups(folder, "timestamp", "2024-11-15 12:00:00"));
    }

    [Fact]
    public void Eight_thousand_symbols_in_a_day_become_one_file_by_themselves()
    {
        using var folder = new IngestFolder();
        var text = new StringBuilder("symbol,timestamp,v\n");
        for (var row = 0; row < 160_000; row++) text.Append(CultureInfo.InvariantCulture, $"S{row % 8_000:0000},2024-11-01 {row / 8_000:00}:00:00,{row}\n");
        var report = folder.Ingest(folder.Write("a.csv", text.ToString()), request => request with { Partitioning = null });
        Assert.Equal((8_000, 1), (report.Symbols, report.Totals.FilesWritten));
        Assert.Equal("160000,8000", IngestFolder.Ask($"select count(*), count(distinct symbol) from {folder.Rows()}"));
    }

    /// <summary>The row groups of all files, and those of them whose statistics allow a value.</summary>
    private static string RowGroups(IngestFolder folder, string column, string value)
    {
        var snapshot = folder.Snapshot();
        return IngestFolder.Ask(
            $"select count(*), count(*) filter ('{value}' between stats_min_value and stats_max_value) from parquet_metadata({SqlText.LiteralList(snapshot.Files.Select(snapshot.Locate))}) where path_in_schema = '{column}'");
    }

    private static string MakeSource()
    {
        var text = new StringBuilder("ts,duid,v\n");
        var start = new DateTime(2024, 12, 30);
        for (var row = 0; row < 20_000; row++) text.Append(CultureInfo.InvariantCulture, $"{start.AddMinutes(row / 20 * 5.76):yyyy-MM-dd HH:mm:ss},G{row % 20:000},{row}\n");
        return text.ToString();
    }

    private static string Ask(QueryEngine engine, string sql)
    {
        using var reader = engine.Run(sql);
        Assert.True(reader.Read());
        return string.Join(',', Enumerable.Range(0, reader.Columns.Count).Select(column => ValueText.Of(reader.Chunk.Column(column), 0)));
    }
}
