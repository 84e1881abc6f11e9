using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class LakeTransactionTests
{
    private static readonly DateOnly Day1 = LakeFixture.Day1;
    private static readonly DateOnly Day2 = LakeFixture.Day2;

    [Fact]
    public void TryLoad_without_a_log_returns_null()
    {
        using var lake = new LakeFixture();
        Assert.Null(lake.Table.TryLoad());
        Assert.Empty(LakeTable.Datasets(lake.Store));
    }

    [Fact]
    public void Commit_of_a_new_table_reads_back_as_it_was_written()
    {
        using var lake = new LakeFixture();
        var outcome = lake.Append(("IBM", Day1, 10), ("BRK/B", Day2, 20));

        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(LakeFixture.Committed(snapshot, snapshot.Files), outcome);
        Assert.Equal(0, snapshot.Version);
        Assert.Equal(lake.Dataset.Columns, snapshot.Dataset.Columns);
        Assert.Equal(lake.Dataset with { Columns = snapshot.Dataset.Columns }, snapshot.Dataset);
        Assert.Equal(["BRK/B", "IBM"], snapshot.Files.Select(file => file.Symbol));
        Assert.Equal([20L, 10L], snapshot.Files.Select(file => file.RowCount));
        Assert.Equal([new DateRange(Day2, Day2), new DateRange(Day1, Day1)], snapshot.Files.Select(file => file.Days));
        Assert.All(snapshot.Files, file => Assert.Equal(file.SizeBytes, new FileInfo(snapshot.Locate(file)).Length));
        Assert.All(snapshot.Files, file => Assert.Equal(file.Checksum, ParquetFile.Hash(snapshot.Locate(file))));
        Assert.Equal(
            [new ColumnStatistics("time", "2024-11-01 00:00:01.000000", "2024-11-01 00:00:10.000000", 0), new ColumnStatistics("price", "1", "10", 0)],
            snapshot.Files[1].Statistics);
        Assert.Equal(["BRK/B|2024-11-02|20|210.0", "IBM|2024-11-01|10|55.0"], lake.Glob());
        Assert.Equal(["ticks"], LakeTable.Datasets(lake.Store));
        Assert.Empty(lake.Leftovers());
    }

    [Theory]
    [InlineData(Partitioning.SymbolMonth)]
    [InlineData(Partitioning.SymbolYear)]
    [InlineData(Partitioning.Date)]
    [InlineData(Partitioning.Month)]
    [InlineData(Partitioning.Year)]
    public void Commit_in_any_layout_is_true_for_a_plain_glob(Partitioning partitioning)
    {
        using var lake = new LakeFixture(partitioning, "ticker");
        Assert.True(lake.Append(("IBM", Day1, 10), ("AIG", Day1, 3)).Committed);

        Assert.Equal(["AIG|2024-11-01|3|6.0", "IBM|2024-11-01|10|55.0"], lake.Glob());
        var snapshot = lake.Table.TryLoad()!;
        Assert.All(snapshot.Files, file => Assert.Equal(partitioning.DaysOf(Day1), file.Days));
        Assert.Equal(partitioning.IsBySymbol() ? ["AIG", "IBM"] : [null, null], snapshot.Files.Select(file => file.Symbol).Order());
        Assert.Equal(lake.Dataset.Columns, snapshot.Dataset.Columns);
    }

    [Fact]
    public void Commit_of_rows_without_a_symbol_reads_back_as_missing()
    {
        using var lake = new LakeFixture();
        lake.Append((null, Day1, 2), ("NULL", Day1, 3));
        Assert.Equal([null, "NULL"], lake.Table.TryLoad()!.Files.Select(file => file.Symbol).Order());
        Assert.Equal(["(none)|2024-11-01|2|3.0", "NULL|2024-11-01|3|6.0"], lake.Glob());
    }

    [Fact]
    public void Commit_after_another_append_rebases_by_itself()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 1));
        var basis = lake.Table.TryLoad();
        using var late = lake.Table.Begin(basis, "ingest");
        lake.Write(late, "AIG", Day1, 2);
        Assert.Equal(1, lake.Append(("IBM", Day1, 4)).Version);

        Assert.Equal(2, late.Commit(LakeFixture.Details(2), CancellationToken.None).Version);
        Assert.Equal(["AIG|2024-11-01|2|3.0", "IBM|2024-11-01|5|11.0"], lake.Glob());
        Assert.Equal([2L, 0L, 1L], lake.Table.TryLoad()!.Files.Select(file => file.AddedVersion));
    }

    [Fact]
    public void Commit_of_work_that_another_writer_committed_returns_AlreadyCommitted_and_leaves_nothing()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 1));
        using var late = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
        lake.Write(late, "AIG", Day1, 2);
        late.SetAppTransaction("file-1", 0);
        lake.Append(lake.Table, "file-1", ("AIG", Day1, 2));

        var outcome = late.Commit(LakeFixture.Details(2), CancellationToken.None);
        late.Dispose();
        Assert.Equal(CommitConflict.AlreadyCommitted, outcome.Conflict);
        Assert.Equal(CommitConflict.AlreadyCommitted, lake.Append(lake.Table, "file-1", ("AIG", Day1, 2)).Conflict);
        Assert.Equal(0, lake.Table.TryLoad()!.AppTransactions["file-1"]);
        Assert.Equal(["AIG|2024-11-01|2|3.0", "IBM|2024-11-01|1|1.0"], lake.Glob());
        Assert.Empty(lake.Leftovers());
    }

    [Fact]
    public void Commit_of_a_second_creator_returns_SchemaChanged_and_keeps_the_first()
    {
        using var lake = new LakeFixture();
        using var late = lake.Table.Begin(null, "ingest");
        late.SetDataset(lake.Dataset);
        lake.Write(late, "AIG", Day1, 2);
        lake.Append(("IBM", Day1, 1));

        Assert.Equal(CommitConflict.SchemaChanged, late.Commit(LakeFixture.Details(2), CancellationToken.None).Conflict);
        late.Dispose();
        Assert.Equal(["IBM|2024-11-01|1|1.0"], lake.Glob());
    }

    [Fact]
    public void Commit_that_replaces_a_file_takes_it_out_of_the_tree_but_readers_of_the_old_version_find_it()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 5), ("AIG", Day1, 5));
        var before = lake.Table.TryLoad()!;
        Assert.Equal(CommitConflict.None, Replace(lake, before, "IBM", 7).Conflict);

        Assert.Equal(["AIG|2024-11-01|5|15.0", "IBM|2024-11-01|7|28.0"], lake.Glob());
        Assert.All(before.Files, file => Assert.Equal(file.Checksum, ParquetFile.Hash(before.Locate(file))));
        Assert.Equal(before.Files, lake.Table.TryLoad(0)!.Files.Select((file, index) => file with { Statistics = before.Files[index].Statistics }));
        Assert.Equal(2, lake.Tree().Count);
        Assert.Empty(lake.Leftovers());
    }

    [Fact]
    public void Commit_of_two_rewrites_of_one_file_lets_one_win()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 5));
        var before = lake.Table.TryLoad()!;
        Assert.True(Replace(lake, before, "IBM", 7).Committed);
        Assert.Equal(CommitConflict.DataChanged, Replace(lake, before, "IBM", 9).Conflict);
        Assert.Equal(["IBM|2024-11-01|7|28.0"], lake.Glob());
    }

    [Theory]
    [InlineData("IBM", CommitConflict.DataChanged)]
    [InlineData("AIG", CommitConflict.None)]
    public void Commit_that_depends_on_a_partition_conflicts_with_rows_added_there_only(string symbol, CommitConflict expected)
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 5));
        using var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
        transaction.DependOn("IBM", new DateRange(Day1, Day1));
        lake.Write(transaction, "IBM", Day1, 1);
        lake.Append((symbol, Day1, 2));
        Assert.Equal(expected, transaction.Commit(LakeFixture.Details(1), CancellationToken.None).Conflict);
    }

    [Fact]
    public void Commit_whose_rows_do_not_add_up_is_refused()
    {
        using var lake = new LakeFixture();
        using var transaction = lake.Table.Begin(null, "ingest");
        transaction.SetDataset(lake.Dataset);
        lake.Write(transaction, "IBM", Day1, 5);
        Assert.Throws<InvalidOperationException>(() => transaction.Commit(new CommitDetails { RowsRead = 6, RowsStored = 5 }, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => transaction.Commit(new CommitDetails { RowsRead = 6, RowsStored = 6 }, CancellationToken.None));
    }

    [Fact]
    public void Dispose_without_a_commit_leaves_nothing()
    {
        using var lake = new LakeFixture();
        using (var transaction = lake.Table.Begin(null, "ingest"))
        {
            transaction.SetDataset(lake.Dataset);
            lake.Write(transaction, "IBM", Day1, 5);
        }

        Assert.False(Directory.Exists(lake.Folder));
    }

    [Fact]
    public void Commit_when_cancelled_leaves_the_table_as_it_was()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 5));
        using (var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest"))
        {
            lake.Write(transaction, "AIG", Day1, 5);
            Assert.Throws<OperationCanceledException>(() => transaction.Commit(LakeFixture.Details(5), new CancellationToken(canceled: true)));
        }

        Assert.Equal(["IBM|2024-11-01|5|15.0"], lake.Glob());
        Assert.Empty(lake.Leftovers());
    }

    [Fact]
    public void Add_of_a_torn_file_is_refused()
    {
        using var lake = new LakeFixture();
        using var transaction = lake.Table.Begin(null, "ingest");
        transaction.SetDataset(lake.Dataset);
        var file = transaction.Stage("IBM", new DateRange(Day1, Day1));
        File.WriteAllText(file.StagingPath, "PAR1 and then the disk was full");
        Assert.Equal(StoreErrorKind.Environment, Assert.Throws<StoreException>(() => transaction.Add(file, 1, [])).Kind);
    }

    [Theory]
    [InlineData("date", ColumnKind.Timestamp)]
    [InlineData("symbol", ColumnKind.Varchar)]
    public void SetDataset_with_a_column_that_folders_need_is_refused(string column, ColumnKind kind)
    {
        using var lake = new LakeFixture(symbolColumn: "ticker");
        using var transaction = lake.Table.Begin(null, "ingest");
        var dataset = lake.Dataset with { Columns = [.. lake.Dataset.Columns, new Column(column, new ColumnType(kind))] };
        Assert.Equal(StoreErrorKind.Usage, Assert.Throws<StoreException>(() => transaction.SetDataset(dataset)).Kind);
    }

    private static CommitOutcome Replace(LakeFixture lake, LakeSnapshot basis, string symbol, int rowCount)
    {
        using var transaction = lake.Table.Begin(basis, "merge");
        foreach (var file in basis.Files.Where(file => file.Symbol == symbol)) transaction.Remove(file);
        lake.Write(transaction, symbol, Day1, rowCount);
        return transaction.Commit(LakeFixture.Details(rowCount), CancellationToken.None);
    }
}
