using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using HybridStore.Schema;
using HybridStore.Tests.Query;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>A dataset of Vancouver as programs stored it that had the rules from before 2026, when winter began on 1 November.</summary>
public sealed class LakeZoneTests : IDisposable
{
    /// <summary>07:30Z is 23:30 of the day before by the old rules, and half past midnight by the new ones.</summary>
    private const string Rows =
        "(VALUES ('A', TIMESTAMPTZ '2026-12-01 07:30:00Z', 1.0::DOUBLE), ('A', TIMESTAMPTZ '2026-12-01 06:00:00Z', 2.0::DOUBLE))";

    private static readonly DateOnly LastOfNovember = new(2026, 11, 30);

    private readonly TemporaryFolder _folder = new();
    private readonly LakeTable _table;

    public LakeZoneTests() => _table = new LakeTable(new StorePaths(_folder.Path).Dataset("power"), TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Partitioning.SymbolDate)]
    [InlineData(Partitioning.Month)]
    [InlineData(Partitioning.Year)]
    public void Verify_names_rows_stored_by_other_rules_and_repartition_to_the_same_layout_moves_them(Partitioning layout)
    {
        Append(layout);

        var problem = Assert.Single(_table.Verify(deep: true, Token).Problems);
        Assert.Contains("found 1 outside by the clocks of America/Vancouver in the zone database 20", problem.What);
        Assert.Contains($"hybrid repartition {layout.ToText()} --dataset power", problem.Remedy);

        Assert.True(_table.Repartition(layout, Token).Committed);
        Assert.Empty(_table.Verify(deep: true, Token).Problems);
        Assert.Equal(["2026-11-30|1", "2026-12-01|1"], Days());
        var refused = Assert.Throws<StoreException>(() => _table.Repartition(layout, Token));
        Assert.Equal(StoreErrorKind.Usage, refused.Kind);
        Assert.Contains("every row lies on its day", refused.Message);
        // Whoever follows the days learns of both.
        var changed = _table.ChangesBehind(0, 1)!.Select(change => change.Days).Distinct().SelectMany(days => days.Days).Distinct();
        Assert.Contains(LastOfNovember.AddDays(1), changed);
    }

    [Fact]
    public void Another_layout_moves_such_rows_as_well()
    {
        Append(Partitioning.SymbolDate);
        Assert.True(_table.Repartition(Partitioning.SymbolMonth, Token).Committed);
        Assert.Empty(_table.Verify(deep: true, Token).Problems);
        var folders = _table.TryLoad()!.Files.Select(file => Path.GetDirectoryName(file.Path)!).Order();
        Assert.Equal(["symbol=A/month=2026-11", "symbol=A/month=2026-12"], folders);
        Assert.Equal(["2026-11-30|1", "2026-12-01|1"], Days());
    }

    [Fact]
    public void Rows_further_off_are_no_matter_of_rules()
    {
        Append(Partitioning.SymbolDate, new DateOnly(2026, 11, 28));
        var problem = Assert.Single(_table.Verify(deep: true, Token).Problems);
        Assert.Contains("found 2 outside", problem.What);
        Assert.Contains("The program that wrote the file is wrong", problem.Remedy);
    }

    /// <summary>Writes the rows as of 30 November, or of another day.</summary>
    private void Append(Partitioning layout, DateOnly? day = null)
    {
        var stored = day ?? LastOfNovember;
        using var transaction = _table.Begin(null, "ingest");
        transaction.SetDataset(new Dataset
        {
            Name = "power",
            Columns = [new("unit", new(ColumnKind.Varchar)), new("time", new(ColumnKind.TimestampTz)), new("mw", new(ColumnKind.Double))],
            SymbolColumn = "unit",
            TimeColumn = "time",
            TimeZone = "America/Vancouver",
            Partitioning = layout,
        });
        var target = transaction.Stage(layout.IsBySymbol() ? "A" : null, layout.DaysOf(stored));
        var date = PartitionPath.TimeKey(layout) == Dataset.DateColumn ? "" : $", DATE '{stored:O}' AS date";
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        var rows = $"SELECT *{date} FROM {Rows} AS rows(unit, time, mw) ORDER BY time";
        connection.Execute($"COPY ({rows}) TO {SqlText.Literal(target.StagingPath)} (FORMAT parquet)");
        transaction.Add(target, 2, [new ColumnStatistics("time", "2026-12-01 06:00:00+00", "2026-12-01 07:30:00+00", 0)]);
        Assert.True(transaction.Commit(new CommitDetails { RowsRead = 2, RowsStored = 2 }, Token).Committed);
    }

    private List<string> Days()
    {
        using var engine = QueryEngine.Open([QuerySource.Of(_table.TryLoad()!)]);
        return engine.Rows("select date, count(*) from power group by all order by all");
    }
}
