using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class LakeRewriteTests
{
    private static readonly DateOnly Day1 = LakeFixture.Day1;
    private static readonly DateOnly Day2 = LakeFixture.Day2;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Partitioning, Partitioning> Layouts()
    {
        var data = new TheoryData<Partitioning, Partitioning>();
        foreach (var from in Enum.GetValues<Partitioning>())
        {
            foreach (var to in Enum.GetValues<Partitioning>())
            {
                if (from != to) data.Add(from, to);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Repartition_keeps_every_row_and_the_layout_is_sound(Partitioning from, Partitioning to)
    {
        using var lake = new LakeFixture(from);
        lake.Append(("IBM", Day1, 20), ("BRK/B", Day1, 5), ("IBM", Day2, 7), (null, Day2, 3), ("null", new DateOnly(2025, 1, 31), 2));
        lake.Append(("IBM", Day1, 4));
        var before = Rows(lake);

        var outcome = lake.Table.Repartition(to, Token);

        Assert.Equal(before, Rows(lake));
        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(LakeFixture.Committed(snapshot, snapshot.Files), outcome);
        Assert.Equal(to, snapshot.Dataset.Partitioning);
        Assert.Equal(snapshot.Files.Select(file => file.Path), lake.Tree());
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.Equal(3, lake.Table.Undo(null, Token).Version);
        Assert.Equal(before, Rows(lake));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    [Fact]
    public void Compact_merges_small_files_of_a_partition_in_order_and_changes_no_row()
    {
        using var lake = new LakeFixture();
        for (var file = 0; file < 5; file++) lake.Append(("IBM", Day1, 10 + file), ("AIG", Day2, 3));
        var before = Rows(lake);

        var report = lake.Table.Compact(1 << 20, Token);

        Assert.Equal((5L, 10, 2, 75L), (report.Version, report.FilesBefore, report.FilesAfter, report.RowCount));
        Assert.Equal(lake.Table.TryLoad()!.Files.Sum(file => file.SizeBytes), report.BytesAfter);
        Assert.Equal(before, Rows(lake));
        Assert.Equal(2, lake.Tree().Count);
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.Equal(0, lake.Table.Compact(1 << 20, Token).FilesBefore);
        Assert.DoesNotContain("\"dataChange\":true", File.ReadAllText(Path.Combine(lake.Folder, "_delta_log", "00000000000000000005.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Compact_packs_no_more_than_the_target()
    {
        using var lake = new LakeFixture();
        for (var file = 0; file < 6; file++) lake.Append(("IBM", Day1, 10));
        var size = lake.Table.TryLoad()!.Files[0].SizeBytes;
        var before = Rows(lake);
        lake.Table.Compact(size * 3, Token);
        Assert.All(lake.Table.TryLoad()!.Files, file => Assert.InRange(file.SizeBytes, 1, size * 3));
        Assert.True(lake.Tree().Count < 6);
        Assert.Equal(before, Rows(lake));
    }

    [Theory]
    [InlineData(false, 5, 2, 15)]
    [InlineData(true, 0, 7, 100)]
    public void MergePartition_keeps_one_row_of_each_key(bool keepLast, long kept, long stored, double sum)
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 5), ("AIG", Day1, 1));
        var late = Path.Combine(lake.Store.Root, "late.file");

        // Seconds 1 to 7 and 7 again: five that are stored already, and a duplicate within the new rows.
        lake.Connection.Execute(
            $"COPY (SELECT 'IBM' AS symbol, TIMESTAMP '2024-11-01' + to_seconds(i) AS time, CASE WHEN i < 6 THEN 20.0 ELSE i - 6 + 0.5 END AS price FROM unnest([1, 2, 3, 4, 5, 6, 7, 7]) AS rows(i)) TO {LakeFixture.Quote(late)} (FORMAT parquet)",
            Token);
        using var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
        var merge = transaction.MergePartition("IBM", new DateRange(Day1, Day1), [late], ["symbol", "time"], keepLast, Token);
        Assert.Equal(new PartitionMerge(5, kept, stored), merge);
        var details = new CommitDetails { RowsRead = 8, RowsStored = stored, RowsDeduplicated = 8 - stored };
        Assert.True(transaction.Commit(details, Token).Committed);

        Assert.Equal(["AIG|2024-11-01|1|1.0", $"IBM|2024-11-01|7|{sum + 2:0.0}"], lake.Glob());
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    [Fact]
    public void MergePartition_of_nothing_new_rewrites_nothing()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 5));
        var copy = Path.Combine(lake.Store.Root, "same.file");
        File.Copy(Path.Combine(lake.Folder, lake.Tree().Single()), copy);
        using var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
        Assert.Equal(new PartitionMerge(5, 5, 0), transaction.MergePartition("IBM", new DateRange(Day1, Day1), [copy], ["symbol", "time", "price"], keepLast: false, Token));
        transaction.Commit(new CommitDetails { RowsRead = 5, RowsDeduplicated = 5 }, Token);
        Assert.Single(lake.Tree());
        Assert.Equal(0, lake.Table.TryLoad()!.Files.Single().AddedVersion);
    }

    [Fact]
    public void MergePartition_of_nothing_new_conflicts_when_another_writer_removed_the_rows_that_were_there()
    {
        using var lake = new LakeFixture();
        lake.Append(("AIG", Day1, 1));
        lake.Append(("IBM", Day1, 5));
        var copy = Path.Combine(lake.Store.Root, "same.file");
        File.Copy(Path.Combine(lake.Folder, lake.Tree().Single(path => path.Contains("IBM", StringComparison.Ordinal))), copy);
        using var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
        Assert.Equal(0, transaction.MergePartition("IBM", new DateRange(Day1, Day1), [copy], ["symbol", "time", "price"], keepLast: false, Token).RowsStored);
        transaction.SetAppTransaction("same.csv", 0);
        lake.Table.Undo(null, Token);
        Assert.Equal(CommitConflict.DataChanged, transaction.Commit(new CommitDetails { RowsRead = 5, RowsDeduplicated = 5 }, Token).Conflict);
    }

    [Fact]
    public void Nothing_is_written_or_removed_behind_a_symbolic_link()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 5), ("AIG", Day1, 1));
        var folder = Path.Combine(lake.Folder, "symbol=IBM");
        var elsewhere = Path.Combine(lake.Store.Root, "elsewhere");
        Directory.Move(folder, elsewhere);
        Directory.CreateSymbolicLink(folder, elsewhere);
        var file = Directory.GetFiles(elsewhere, "*.parquet", SearchOption.AllDirectories).Single();

        var refusal = Assert.Throws<StoreException>(() => lake.Table.Repartition(Partitioning.Month, Token));

        Assert.Contains("symbolic link", refusal.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
        Assert.Equal(0, lake.Table.TryLoad()!.Version);
        Assert.Contains("symbolic link", Assert.Throws<StoreException>(() => lake.Append(("IBM", Day1, 2))).Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(elsewhere, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Repartition_when_another_writer_adds_rows_conflicts_and_changes_nothing()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 5));
        var basis = lake.Table.TryLoad()!;
        var raced = false;
        var table = lake.TableWith(step =>
        {
            if (raced || !step.StartsWith("write", StringComparison.Ordinal)) return;
            raced = true;
            lake.Append(("IBM", Day1, 1));
        });
        Assert.Equal(CommitConflict.DataChanged, table.Repartition(Partitioning.Month, Token).Conflict);
        Assert.Equal(["IBM|2024-11-01|6|16.0"], lake.Glob());
        Assert.Equal(1, lake.Table.TryLoad()!.Version);
        Assert.Empty(lake.Leftovers());
    }

    private static List<string> Rows(LakeFixture lake) => lake.Rows(lake.Table.TryLoad()!);
}
