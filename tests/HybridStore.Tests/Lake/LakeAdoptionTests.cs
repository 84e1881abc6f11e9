using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class LakeAdoptionTests
{
    private static readonly AdoptRequest Request = new() { SymbolColumn = "symbol", TimeColumn = "time" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PARTITION_BY (symbol, date)", Partitioning.SymbolDate)]
    [InlineData("PARTITION_BY (date)", Partitioning.Month)]
    [InlineData("PARTITION_BY (symbol)", Partitioning.Year)]
    [InlineData("PER_THREAD_OUTPUT", Partitioning.SymbolMonth)]
    public void Adopt_of_a_folder_that_DuckDB_partitioned_stores_exactly_its_rows(string option, Partitioning partitioning)
    {
        using var lake = new LakeFixture(partitioning);
        var folder = Path.Combine(lake.Store.Root, "raw");
        lake.Connection.Execute(
            $"CREATE TABLE raw AS SELECT CASE WHEN i % 3 = 0 THEN '007' ELSE 'a b' END AS symbol, TIMESTAMP '2024-11-01' + to_hours((i * 7) % 100) AS time, i::FLOAT AS price, (TIMESTAMP '2024-11-01' + to_hours((i * 7) % 100))::DATE AS date FROM range(100) AS rows(i)",
            Token);
        lake.Connection.Execute($"COPY (SELECT * {(option.Contains("date", StringComparison.Ordinal) ? "" : "EXCLUDE (date) ")}FROM raw) TO {LakeFixture.Quote(folder)} (FORMAT parquet, {option})", Token);

        Assert.Equal(new CommitOutcome(0, CommitConflict.None, ""), lake.Table.Adopt(folder, Request with { Partitioning = partitioning }, Token));

        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(["price", "symbol", "time"], snapshot.Dataset.Columns.Select(column => column.Name).Order());
        var expected = lake.Query("SELECT concat_ws('|', symbol, time, price::DOUBLE) FROM raw");
        expected.Sort(StringComparer.Ordinal);
        Assert.Equal(expected, lake.Rows(snapshot));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.True(Directory.Exists(folder));
        StrictDeltaReader.Check(lake.Folder);
    }

    [Theory]
    [InlineData("'x' AS symbol, TIMESTAMP_NS '2024-11-01 00:00:00.000000001' AS time", "TIMESTAMP_NS")]
    [InlineData("'x' AS symbol, TIMESTAMP '2024-11-01' AS time, [1] AS list", "list")]
    [InlineData("'x' AS ticker, TIMESTAMP '2024-11-01' AS time", "symbol")]
    [InlineData("'x' AS symbol, NULL::TIMESTAMP AS time", "with a time")]
    public void Adopt_of_what_a_dataset_cannot_hold_is_refused_and_leaves_nothing(string columns, string reason)
    {
        using var lake = new LakeFixture();
        var folder = Directory.CreateDirectory(Path.Combine(lake.Store.Root, "raw")).FullName;
        lake.Connection.Execute($"COPY (SELECT {columns}) TO {LakeFixture.Quote(folder + "/x.parquet")} (FORMAT parquet)", Token);
        Assert.Contains(reason, Assert.Throws<StoreException>(() => lake.Table.Adopt(folder, Request, Token)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lake.Folder));
    }

    [Fact]
    public void Adopt_of_no_folder_no_files_or_a_broken_file_says_so()
    {
        using var lake = new LakeFixture();
        var folder = Path.Combine(lake.Store.Root, "raw");
        Assert.Equal(StoreErrorKind.Usage, Assert.Throws<StoreException>(() => lake.Table.Adopt(folder, Request, Token)).Kind);
        Directory.CreateDirectory(folder);
        Assert.Contains("found none", Assert.Throws<StoreException>(() => lake.Table.Adopt(folder, Request, Token)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "x.parquet"), "PAR1 torn");
        Assert.Contains("x.parquet", Assert.Throws<StoreException>(() => lake.Table.Adopt(folder, Request, Token)).Message, StringComparison.Ordinal);
    }
}
