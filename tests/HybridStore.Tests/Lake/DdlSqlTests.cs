using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class DdlSqlTests
{
    [Theory]
    [InlineData(Partitioning.SymbolDate)]
    [InlineData(Partitioning.SymbolYear)]
    [InlineData(Partitioning.Month)]
    public void For_DuckDB_makes_a_view_of_the_live_rows(Partitioning partitioning)
    {
        using var lake = new LakeFixture(partitioning);
        lake.Append(("007", LakeFixture.Day1, 3), ("IBM", LakeFixture.Day2, 2));
        lake.Connection.Execute(DdlSql.For(DdlEngine.DuckDb, lake.Table.TryLoad()!), TestContext.Current.CancellationToken);
        Assert.Equal(["007|3", "IBM|2"], lake.Query("SELECT concat_ws('|', symbol, count(*)) FROM ticks GROUP BY symbol ORDER BY ALL"));
    }

    [Theory]
    [InlineData(DdlEngine.Spark, "/it's/ticks", "CREATE TABLE ticks USING DELTA LOCATION '/it\\'s/ticks';")]
    [InlineData(DdlEngine.Trino, "/a b/ticks", "CALL delta.system.register_table(schema_name => 'default', table_name => 'ticks', table_location => 'file:///a%20b/ticks');")]
    [InlineData(DdlEngine.ClickHouse, "/x/ticks", "CREATE VIEW ticks AS SELECT * FROM deltaLakeLocal('/x/ticks');")]
    [InlineData(DdlEngine.ClickHouse, "s3://bucket/ticks", "CREATE TABLE ticks ENGINE = DeltaLake('s3://bucket/ticks');")]
    [InlineData(DdlEngine.Athena, "s3://bucket/ticks", "CREATE EXTERNAL TABLE ticks LOCATION 's3://bucket/ticks/' TBLPROPERTIES ('table_type' = 'DELTA');")]
    public void For_other_engines_names_the_folder(DdlEngine engine, string location, string expected)
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 1));
        Assert.Equal(expected, DdlSql.For(engine, lake.Table.TryLoad()!, location));
    }

    [Fact]
    public void For_Athena_of_a_folder_on_this_machine_is_refused()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 1));
        Assert.Throws<StoreException>(() => DdlSql.For(DdlEngine.Athena, lake.Table.TryLoad()!));
    }
}
