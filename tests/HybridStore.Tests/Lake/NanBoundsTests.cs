using System.Globalization;
using System.Text;
using HybridStore.Lake;
using HybridStore.Schema;
using HybridStore.Tests.Ingest;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>To Spark, delta-rs and others a NaN is greater than all numbers, and no bound tells of it: its column has no bounds in the log.</summary>
public sealed class NanBoundsTests
{
    private const int RowCount = 130_000;

    [Theory]
    [InlineData(Partitioning.SymbolDate)]
    [InlineData(Partitioning.Date)]
    public void A_column_with_a_NaN_in_any_row_group_has_no_bounds(Partitioning layout)
    {
        using var folder = new IngestFolder();
        var text = new StringBuilder("symbol,timestamp,first,last,none,empty\n");
        for (var row = 0; row < RowCount; row++)
        {
            var time = new DateTime(2024, 11, 1).AddMilliseconds(row * 500).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
            var first = row == 5 ? "NaN" : $"{row}.5";
            var last = row == RowCount - 1 ? "NaN" : $"{row}.5";
            text.Append(CultureInfo.InvariantCulture, $"A,{time},{first},{last},{row}.5,{(row < 125_000 ? "" : "1.5")}\n");
        }

        folder.Ingest(folder.Write("a.csv", text.ToString()), request => request with { Partitioning = layout });
        AssertBounds(folder.Snapshot());
        Table(folder).Repartition(layout == Partitioning.Date ? Partitioning.Month : Partitioning.SymbolMonth, TestContext.Current.CancellationToken);
        AssertBounds(folder.Snapshot());
        Assert.Empty(Table(folder).Verify(deep: true, TestContext.Current.CancellationToken).Problems);
    }

    private static LakeTable Table(IngestFolder folder) => new(folder.Snapshot().Folder, TimeProvider.System);

    private static void AssertBounds(LakeSnapshot snapshot)
    {
        var file = Assert.Single(snapshot.Files);
        var bounds = file.Statistics.ToDictionary(one => one.Column, one => (one.Minimum, one.Maximum));
        Assert.Equal((null, null), bounds["first"]);
        Assert.Equal((null, null), bounds["last"]);
        Assert.Equal(("0.5", "129999.5"), bounds["none"]);
        Assert.Equal(125_000, file.Statistics.Single(one => one.Column == "empty").NullCount);
    }
}
