using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>Lists and structs in the lake: taken as they are, written anew, and kept by everything that rewrites files.</summary>
public sealed class LakeNestedTests
{
    private const string Nested =
        "[{'price': i / 8.0::DOUBLE, 'size': i, 'venue': CASE WHEN i % 3 > 0 THEN 'N' END}, NULL] AS levels, CASE WHEN i % 2 = 0 THEN {'Flag': true, 'at': TIMESTAMP '2024-11-01' + to_seconds(i)} END AS info, [[i::DECIMAL(18, 4)], []] AS deep";

    private const string Types = "levels STRUCT(\"price\" DOUBLE, \"size\" BIGINT, \"venue\" VARCHAR)[], info STRUCT(\"Flag\" BOOLEAN, \"at\" TIMESTAMP), deep DECIMAL(18,4)[][]";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Adopt_takes_lists_and_structs_whose_types_a_dataset_has_and_converts_others_on_demand(bool isFit)
    {
        using var lake = new LakeFixture();
        var folder = Raw(lake, isFit ? Nested : Nested.Replace("'size': i,", "'size': i::INTEGER,", StringComparison.Ordinal));
        var expected = Values(lake, $"read_parquet({LakeFixture.Quote(folder + "/**/*.parquet")})");
        if (!isFit) Assert.Contains("column 'levels': expected the type", Assert.Throws<StoreException>(() => Adopt(lake, folder, rewrites: false)).Message, StringComparison.Ordinal);

        Adopt(lake, folder, rewrites: !isFit);

        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(Types, string.Join(", ", snapshot.Dataset.Columns.Where(column => column.Type.IsNested).Select(column => $"{column.Name} {column.Type}")));
        Assert.Equal(expected, Values(lake, Live(lake)));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        StrictDeltaReader.Check(lake.Folder);
    }

    [Theory]
    [InlineData(Partitioning.Date)]
    [InlineData(Partitioning.SymbolYear)]
    [InlineData(Partitioning.Month)]
    public void Repartition_compaction_and_undo_keep_every_value(Partitioning to)
    {
        using var lake = new LakeFixture();
        Adopt(lake, Raw(lake, Nested), rewrites: true);
        var expected = Values(lake, Live(lake));

        lake.Table.Repartition(to, Token);
        Assert.Equal(expected, Values(lake, Live(lake)));
        lake.Table.Compact(1 << 30, Token);
        lake.Table.WriteCheckpoint(Token);
        Assert.Equal(expected, Values(lake, Live(lake)));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);

        lake.Table.Undo(0, Token);
        Assert.Equal(expected, Values(lake, Live(lake)));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    private static string Raw(LakeFixture lake, string columns)
    {
        var folder = Path.Combine(lake.Store.Root, "raw");
        foreach (var symbol in (string[])["AIG", "IBM"])
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, $"symbol={symbol}", "date=2024-11-01")).FullName;
            lake.Connection.Execute($"COPY (SELECT '{symbol}' AS symbol, TIMESTAMP '2024-11-01' + to_seconds(i) AS time, {columns} FROM range(100) t(i)) TO {LakeFixture.Quote(place + "/x.parquet")} (FORMAT parquet)", Token);
        }

        return folder;
    }

    private static void Adopt(LakeFixture lake, string folder, bool rewrites) =>
        Assert.Equal(0, lake.Table.Adopt(folder, new AdoptRequest { SymbolColumn = "symbol", TimeColumn = "time", Rewrites = rewrites }, Token).Version);

    private static string Live(LakeFixture lake) => $"read_parquet({LakeFixture.Quote(lake.Folder + "/*=*/**/*.parquet")}, hive_partitioning = false)";

    private static List<string> Values(LakeFixture lake, string table) => lake.Query($"SELECT concat_ws('|', symbol, time, levels, info, deep) FROM {table} ORDER BY ALL");
}
