using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class LogCompactorTests
{
    private static readonly DateRange Day = new(LakeFixture.Day1, LakeFixture.Day1);

    [Fact]
    public void Commit_of_every_hundredth_version_compacts_the_log_and_replay_uses_it()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 1));
        var log = Path.Combine(lake.Folder, "_delta_log");
        for (var version = 1; version < 230; version++)
        {
            // Each tenth version removes what the one before it added.
            var basis = lake.Table.TryLoad()!;
            using var transaction = lake.Table.Begin(basis, "ingest");
            if (version % 10 == 0) transaction.Remove(basis.Files.Single(file => file.AddedVersion == version - 1));
            Copy(lake, transaction);
            transaction.SetAppTransaction($"app-{version % 7}", version);
            Assert.True(transaction.Commit(LakeFixture.Details(1), TestContext.Current.CancellationToken).Committed);
        }

        Assert.Equal(
            ["00000000000000000000.00000000000000000099.compacted.json", "00000000000000000100.00000000000000000199.compacted.json"],
            Directory.GetFiles(log, "*.compacted.json").Select(Path.GetFileName).Order());
        foreach (var version in new long[] { 0, 98, 99, 100, 199, 200, 229 }) AssertSameWithout(lake, log, version);
        Assert.Empty(lake.Table.Verify(deep: false, TestContext.Current.CancellationToken).Problems);

        // What was compacted is not read commit by commit any more.
        File.Delete(Path.Combine(log, "00000000000000000050.json"));
        Assert.Equal(229, lake.Table.TryLoad()!.Version);
    }

    [Fact]
    public void TryLoad_beside_a_damaged_compacted_file_reads_the_commits_and_Verify_names_it()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 1));
        for (var version = 1; version < 100; version++)
        {
            using var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
            transaction.SetAppTransaction("app", version);
            transaction.Commit(new CommitDetails(), TestContext.Current.CancellationToken);
        }

        var path = Directory.GetFiles(Path.Combine(lake.Folder, "_delta_log"), "*.compacted.json").Single();
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"size\":", "\"size\":1", StringComparison.Ordinal));
        Assert.Equal(new FileInfo(Path.Combine(lake.Folder, lake.Tree().Single())).Length, lake.Table.TryLoad()!.Files.Single().SizeBytes);
        Assert.Equal(path, Assert.Single(lake.Table.Verify(deep: false, TestContext.Current.CancellationToken).Problems).Path);
    }

    private static void AssertSameWithout(LakeFixture lake, string log, long version)
    {
        var with = lake.Table.TryLoad(version)!;
        var hidden = Directory.GetFiles(log, "*.compacted.json").Select(path => (Path: path, Bytes: File.ReadAllBytes(path))).ToList();
        foreach (var (path, _) in hidden) File.Delete(path);
        var without = lake.Table.TryLoad(version)!;
        foreach (var (path, bytes) in hidden) File.WriteAllBytes(path, bytes);

        Assert.Equal(without.Files.Select(Describe), with.Files.Select(Describe));
        Assert.Equal(without.AppTransactions.OrderBy(pair => pair.Key), with.AppTransactions.OrderBy(pair => pair.Key));
        Assert.Equal(without.Dataset with { Columns = [] }, with.Dataset with { Columns = [] });
        Assert.Equal(without.Dataset.Columns, with.Dataset.Columns);
    }

    private static string Describe(DataFile file) => $"{file with { Statistics = [] }} {string.Join(' ', file.Statistics)}";

    /// <summary>A file like the first one, without asking DuckDB to write it again.</summary>
    private static void Copy(LakeFixture lake, LakeTransaction transaction)
    {
        var file = transaction.Stage("IBM", Day);
        File.Copy(Path.Combine(lake.Folder, lake.Tree()[0]), file.StagingPath);
        transaction.Add(file, 1, [new ColumnStatistics("price", "1.0", "1.0", 0)]);
    }
}
