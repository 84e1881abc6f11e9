using System.Text.Json;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>What else is done to a lake, and then a sync: Postgres holds what the lake holds, and no more is loaded than has changed.</summary>
public sealed class HotAcrossTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public HotAcrossTests()
    {
        _hybrid = new HybridProgram(_folder.File("store"));
        _hybrid.RunOk("ingest", _folder.Write("quotes/a.csv", "symbol,timestamp,price\nA,2024-11-04 10:00:00,2.5\nB,2024-11-04 10:00:00,3.5\nA,2024-11-05 10:00:00,4.5\n"));
        Assert.Equal((3, 0), Sync("quotes"));
    }

    public void Dispose()
    {
        _hybrid.DeleteHot();
        _folder.Dispose();
    }

    [Fact]
    public void Undo_takes_its_rows_out_of_Postgres_and_an_undo_of_it_brings_them_back()
    {
        _hybrid.RunOk("ingest", _folder.Write("quotes/b.csv", "symbol,timestamp,price\nB,2024-11-04 11:00:00,3.6\nC,2024-11-04 10:00:00,1\n"));
        Assert.Equal((3, 0), Sync("quotes"));

        _hybrid.RunOk("undo", "--yes");
        _hybrid.RunOk("load-historical", "ALL", "2024-11-04", "2024-11-04");
        Assert.Equal((0, 1), Sync("quotes"));
        AssertSame(3);

        _hybrid.RunOk("undo", "--yes");
        Assert.Equal((3, 0), Sync("quotes"));
        AssertSame(5);
    }

    [Fact]
    public void Repartition_and_compact_change_no_row()
    {
        _hybrid.RunOk("ingest", _folder.Write("quotes/b.csv", "symbol,timestamp,price\nA,2024-11-05 11:00:00,4.6\n"));
        Assert.Equal((2, 0), Sync("quotes"));
        _hybrid.RunOk("compact");
        Assert.Equal((0, 0), Sync("quotes"));
        foreach (var partitioning in (string[])["date", "symbol/month"])
        {
            _hybrid.RunOk("repartition", partitioning, "--yes");
            Assert.Equal((0, 0), Sync("quotes"));
            AssertSame(4);
        }
    }

    [Fact]
    public void A_dataset_that_was_adopted_is_synced()
    {
        Directory.CreateDirectory(_folder.File("foreign"));
        const string rows = "select 'X' as symbol, timestamp '2024-11-06 10:00:00' + to_seconds(i) as \"timestamp\", i * 1.5 as px from range(20) t(i)";
        _hybrid.RunOk("sql", rows, "-o", _folder.File("foreign/a.parquet"));
        _hybrid.RunOk("adopt", _folder.File("foreign"), "--dataset", "foreign_px", "--rewrite", "--yes");

        Assert.Equal((20, 0), Sync("foreign_px"));
        Assert.Contains("the same as the lake", _hybrid.RunOk("verify", "foreign_px", "--hot"));
    }

    private void AssertSame(int rows) => Assert.Contains($"{rows} rows: the same as the lake", _hybrid.RunOk("verify", "--hot"));

    private (int Loaded, int Evicted) Sync(string dataset)
    {
        var result = JsonDocument.Parse(_hybrid.RunOk("sync", dataset, "--format", "json")).RootElement;
        return (result.GetProperty("rows_loaded").GetInt32(), result.GetProperty("rows_evicted").GetInt32());
    }
}
