using HybridStore.Query;
using HybridStore.Tests.Lake;
using Xunit;

namespace HybridStore.Tests.Query;

/// <summary>Statements over files that another program replaces, moves or damages meanwhile.</summary>
public sealed class QueryMovedFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_statement_whose_files_leave_the_tree_before_its_first_row_reads_them_where_they_are_kept()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 3), ("AIG", LakeFixture.Day1, 2));
        using var engine = QueryEngine.Open([QuerySource.Of(lake.Table.TryLoad()!)]);
        using var reader = engine.Run("select count(*), sum(price) from ticks", cancellationToken: Token);
        ReplaceAll(lake);
        Assert.True(reader.Read());
        Assert.Equal((5L, 9.0), (reader.Chunk.Column(0).Values<long>()[0], reader.Chunk.Column(1).Values<double>()[0]));
        Assert.Single(reader.Columns, column => column.Name == "sum(price)");
        Assert.False(reader.Read());
    }

    [Fact]
    public void A_statement_whose_files_leave_the_tree_after_its_first_rows_says_to_run_it_again()
    {
        using var lake = new LakeFixture();
        lake.Append(("AIG", LakeFixture.Day1, 20_000), ("IBM", LakeFixture.Day1, 20_000), ("MSFT", LakeFixture.Day1, 20_000));
        using var engine = QueryEngine.Open([QuerySource.Of(lake.Table.TryLoad()!)], new QueryOptions { ThreadsMax = 1 });
        using var reader = engine.Run("select * from ticks", cancellationToken: Token);
        Assert.True(reader.Read());
        ReplaceAll(lake);
        var error = Assert.Throws<StoreException>(() =>
        {
            while (reader.Read())
            {
            }
        });
        Assert.Contains("ask again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_gone_altogether_is_a_corrupt_store()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 3));
        using var engine = QueryEngine.Open([QuerySource.Of(lake.Table.TryLoad()!)]);
        File.Delete(Path.Combine(lake.Folder, lake.Tree().Single()));
        var error = Assert.Throws<StoreException>(() =>
        {
            using var reader = engine.Run("select * from ticks", cancellationToken: Token);
            reader.Read();
        });
        Assert.Equal(StoreErrorKind.CorruptStore, error.Kind);
    }

    [Fact]
    public void Checked_files_that_were_changed_are_refused_before_a_row_is_read()
    {
        using var lake = new LakeFixture();
        lake.Append(("AIG", LakeFixture.Day1, 5000), ("IBM", LakeFixture.Day1, 5000));
        var path = Path.Combine(lake.Folder, lake.Tree()[1]);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var engine = QueryEngine.Open([QuerySource.Of(lake.Table.TryLoad()!)], new QueryOptions { ChecksFiles = true });
        var error = Assert.Throws<StoreException>(() => engine.Run("select sum(price) from ticks", cancellationToken: Token));
        Assert.Equal(StoreErrorKind.CorruptStore, error.Kind);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static void ReplaceAll(LakeFixture lake)
    {
        var basis = lake.Table.TryLoad()!;
        using var transaction = lake.Table.Begin(basis, "merge");
        foreach (var file in basis.Files) transaction.Remove(file);
        lake.Write(transaction, "IBM", LakeFixture.Day1, 1);
        Assert.True(transaction.Commit(LakeFixture.Details(1), Token).Committed);
        Assert.Single(lake.Tree());
    }
}
