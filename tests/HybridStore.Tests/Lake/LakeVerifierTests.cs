using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class LakeVerifierTests
{
    [Fact]
    public async Task Verify_beside_writers_that_move_its_files_holds_one_version_and_finds_nothing()
    {
        using var lake = new LakeFixture();
        for (var symbol = 0; symbol < 12; symbol++) lake.Append(($"S{symbol}", LakeFixture.Day1, 20), ($"S{symbol}", LakeFixture.Day2, 20));
        var token = TestContext.Current.CancellationToken;
        var writer = Task.Run(() =>
        {
            for (var round = 0; round < 8; round++)
            {
                lake.Table.Repartition(round % 2 == 0 ? Partitioning.Date : Partitioning.SymbolDate, token);
                lake.Table.Vacuum(TimeSpan.Zero, dryRun: false, token);
            }
        }, token);
        var looks = 0;
        while (!writer.IsCompleted || looks == 0)
        {
            var problems = lake.Table.Verify(deep: true, token).Problems;
            Assert.True(problems.Count == 0, string.Join("; ", problems.Select(problem => $"{problem.Path}: {problem.What}")));
            looks++;
        }

        await writer;
    }

    private static readonly DateOnly Day1 = LakeFixture.Day1;

    [Theory]
    [InlineData(Partitioning.SymbolDate)]
    [InlineData(Partitioning.SymbolMonth)]
    [InlineData(Partitioning.Date)]
    [InlineData(Partitioning.Year)]
    public void Verify_of_a_sound_dataset_finds_nothing(Partitioning partitioning)
    {
        using var lake = new LakeFixture(partitioning);
        lake.Append(("IBM", Day1, 3000), ("BRK/B", LakeFixture.Day2, 2), (null, Day1, 1));
        var report = Verify(lake, deep: true);
        Assert.Empty(report.Problems);
        Assert.Equal((0L, 3, 3003L), (report.Version, report.FilesChecked, report.RowsChecked));
    }

    [Fact]
    public void Verify_of_a_dataset_that_others_write_finds_nothing()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 3));
        var seen = 0;
        var table = lake.TableWith(_ =>
        {
            seen++;
            Assert.Empty(Verify(lake, deep: false).Problems);
        });
        var basis = table.TryLoad()!;
        using var transaction = table.Begin(basis, "merge");
        transaction.Remove(basis.Files[0]);
        lake.Write(transaction, "IBM", Day1, 5);
        lake.Write(transaction, "AIG", Day1, 5);
        Assert.True(transaction.Commit(LakeFixture.Details(10), CancellationToken.None).Committed);
        Assert.True(seen > 15);
    }

    [Fact]
    public void Verify_deep_finds_every_bit_flip_zeroed_block_and_truncation_of_a_data_file()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 20_000));
        var path = Path.Combine(lake.Folder, lake.Tree().Single());
        var whole = File.ReadAllBytes(path);
        var random = new Random(4);
        for (var flip = 0; flip < 400; flip++)
        {
            var bytes = whole.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            AssertFound(lake, path, bytes);
        }

        for (var block = 0; block < 60; block++)
        {
            var bytes = whole.ToArray();
            var start = random.Next(bytes.Length - 512);
            bytes.AsSpan(start, 512).Clear();
            if (!bytes.AsSpan().SequenceEqual(whole)) AssertFound(lake, path, bytes);
        }

        foreach (var length in new[] { 0, 1, 8, whole.Length / 2, whole.Length - 8, whole.Length - 1 }) AssertFound(lake, path, whole[..length]);
    }

    [Fact]
    public void Verify_finds_a_missing_file_and_says_where_it_was()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 3), ("AIG", Day1, 3));
        var path = Path.Combine(lake.Folder, lake.Tree()[0]);
        File.Delete(path);
        Assert.Equal(path, Assert.Single(Verify(lake, deep: false).Problems).Path);
    }

    [Fact]
    public void Verify_deep_finds_files_that_were_swapped()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 3), ("AIG", Day1, 3));
        var paths = lake.Tree().Select(path => Path.Combine(lake.Folder, path)).ToList();
        var snapshot = lake.Table.TryLoad()!;
        Assert.All(snapshot.Files, file => Assert.True(snapshot.IsIntact(file)));
        var first = File.ReadAllBytes(paths[0]);
        File.WriteAllBytes(paths[0], File.ReadAllBytes(paths[1]));
        File.WriteAllBytes(paths[1], first);
        Assert.All(snapshot.Files, file => Assert.False(snapshot.IsIntact(file)));
        Assert.Equal(paths, Verify(lake, deep: true).Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void Verify_finds_a_file_that_no_commit_added()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 3));
        var orphan = Path.Combine(lake.Folder, Path.GetDirectoryName(lake.Tree().Single())!, "copy.parquet");
        File.Copy(Path.Combine(lake.Folder, lake.Tree().Single()), orphan);
        Assert.Equal(orphan, Assert.Single(Verify(lake, deep: false).Problems).Path);
    }

    [Fact]
    public void Verify_finds_a_file_that_is_a_symbolic_link()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 3));
        var path = Path.Combine(lake.Folder, lake.Tree().Single());
        var elsewhere = Path.Combine(lake.Store.Root, "elsewhere");
        File.Copy(path, elsewhere);
        File.Delete(path);
        File.CreateSymbolicLink(path, elsewhere);
        Assert.Contains("symbolic link", Assert.Single(Verify(lake, deep: true).Problems).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_finds_a_gap_and_every_damaged_commit()
    {
        using var lake = new LakeFixture();
        for (var version = 0; version < 5; version++) lake.Append(("IBM", Day1, 1));
        var log = Path.Combine(lake.Folder, "_delta_log");
        File.Delete(Path.Combine(log, "00000000000000000001.json"));
        File.WriteAllText(Path.Combine(log, "00000000000000000003.json"), "{}");
        var problems = Verify(lake, deep: false).Problems;
        Assert.Equal(["00000000000000000001.json", "00000000000000000003.json"], problems.Select(problem => Path.GetFileName(problem.Path)));
    }

    [Theory]
    [InlineData("IBM", "2024-11-01", "[1,2,3]", "1.0", "missing values, found 1", false)]
    [InlineData("AIG", "2024-11-01", "[1,2,3]", "1.0", "of another", true)]
    [InlineData("IBM", "2024-11-02", "[1,2,3]", "1.0", "outside", true)]
    [InlineData("IBM", "2024-11-01", "[1,3,2]", "1.0", "out of order", true)]
    [InlineData("IBM", "2024-11-01", "[1,2,3]", "2.0", "below 2", true)]
    [InlineData("IBM", "2024-11-01", "[1,2]", "1.0", "expected 3 rows, found 2", true)]
    public void Verify_deep_finds_a_file_that_its_writer_described_wrongly(string symbol, string day, string seconds, string minimum, string found, bool priceIsThere)
    {
        using var lake = new LakeFixture();
        using (var transaction = lake.Table.Begin(null, "ingest"))
        {
            transaction.SetDataset(lake.Dataset);
            var file = transaction.Stage("IBM", new DateRange(Day1, Day1));
            var price = priceIsThere ? "i::DOUBLE" : "CASE WHEN i > 1 THEN i::DOUBLE END";
            lake.Connection.Execute(
                $"COPY (SELECT {LakeFixture.Quote(symbol)} AS symbol, TIMESTAMP '{day}' + to_seconds(i) AS time, {price} AS price FROM unnest({seconds}) AS rows(i)) TO {LakeFixture.Quote(file.StagingPath)} (FORMAT parquet)",
                TestContext.Current.CancellationToken);
            transaction.Add(file, 3, [new ColumnStatistics("price", minimum, "3.0", 0)]);
            Assert.True(transaction.Commit(LakeFixture.Details(3), CancellationToken.None).Committed);
        }

        Assert.Contains(found, Assert.Single(Verify(lake, deep: true).Problems).What, StringComparison.Ordinal);
    }

    private static void AssertFound(LakeFixture lake, string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        var problem = Assert.Single(Verify(lake, deep: true).Problems);
        Assert.Equal(path, problem.Path);
    }

    private static VerifyReport Verify(LakeFixture lake, bool deep) => lake.Table.Verify(deep, CancellationToken.None);
}
