using System.Globalization;
using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class LakeConcurrencyTests
{
    private const string RootVariable = "HYBRID_TEST_WRITER_STORE";
    private const string NumberVariable = "HYBRID_TEST_WRITER_NUMBER";
    private const int CommitsOfWriter = 12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writers_readers_and_a_compaction_at_once_lose_no_row_and_every_snapshot_is_whole()
    {
        const int writerCount = 4;
        using var lake = Prepare(out var template);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadUntil(lake, stop.Token), Token)).ToList();
        var compactor = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested) lake.Table.Compact(1 << 20, Token);
            },
            Token);
        await Task.WhenAll(Enumerable.Range(0, writerCount).Select(writer => Task.Run(() => AppendMany(lake, template, writer), Token)));
        await stop.CancelAsync();
        await compactor;
        Assert.True((await Task.WhenAll(readers)).Sum() > 0);

        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(3 + 3 * writerCount * CommitsOfWriter, snapshot.Files.Sum(file => file.RowCount));
        Assert.Equal(writerCount * CommitsOfWriter, snapshot.AppTransactions.Count);
        Assert.Equal(snapshot.Files.Select(file => file.Path), lake.Tree());
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.Empty(lake.Leftovers());
        StrictDeltaReader.Check(lake.Folder);
    }

    [Fact]
    public void Writers_in_several_processes_lose_no_row_and_do_no_work_twice()
    {
        using var lake = Prepare(out _);

        // Two of the three writers have the same work: one of the two commits each piece.
        var children = new[] { 0, 1, 1 }
            .Select(number => ChildTest.Start(
                typeof(LakeConcurrencyTests), nameof(Child_appends), (RootVariable, lake.Store.Root), (NumberVariable, number.ToString(CultureInfo.InvariantCulture))))
            .ToList();
        foreach (var child in children)
        {
            var (exitCode, output) = ChildTest.Finish(child);
            Assert.True(exitCode == 0, output);
            child.Dispose();
        }

        Assert.Equal(3 + 3 * 2 * CommitsOfWriter, lake.Table.TryLoad()!.Files.Sum(file => file.RowCount));
        Assert.Equal(2 * CommitsOfWriter, lake.Table.TryLoad()!.Version);
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.Empty(lake.Leftovers());
    }

    /// <summary>What the child processes run; on its own it has nothing to do.</summary>
    [Fact(Explicit = true)]
    public void Child_appends()
    {
        if (Environment.GetEnvironmentVariable(RootVariable) is not { } root) return;
        using var lake = new LakeFixture(root);
        AppendMany(lake, lake.Tree()[0], int.Parse(Environment.GetEnvironmentVariable(NumberVariable)!, CultureInfo.InvariantCulture));
    }

    private static LakeFixture Prepare(out string template)
    {
        var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 3));
        template = Path.Combine(lake.Store.Root, "template.file");
        File.Copy(Path.Combine(lake.Folder, lake.Tree().Single()), template);
        return lake;
    }

    private static void AppendMany(LakeFixture lake, string template, int writer)
    {
        var bytes = File.ReadAllBytes(Path.Combine(lake.Folder, template));
        for (var commit = 0; commit < CommitsOfWriter; commit++)
        {
            using var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
            var file = transaction.Stage("IBM", new DateRange(LakeFixture.Day1, LakeFixture.Day1));
            File.WriteAllBytes(file.StagingPath, bytes);
            transaction.Add(file, 3, []);
            transaction.SetAppTransaction($"writer-{writer}-{commit}", 0);
            var outcome = transaction.Commit(LakeFixture.Details(3), Token);
            Assert.True(outcome.Conflict is CommitConflict.None or CommitConflict.AlreadyCommitted, outcome.Message);
        }
    }

    /// <summary>Reads snapshots and every byte of their files, which must be as committed however the tree changes.</summary>
    private static int ReadUntil(LakeFixture lake, CancellationToken stop)
    {
        var count = 0;
        var lastVersion = -1L;
        while (!stop.IsCancellationRequested)
        {
            var snapshot = lake.Table.TryLoad()!;
            Assert.True(snapshot.Version >= lastVersion);
            lastVersion = snapshot.Version;
            Assert.Equal(3 + 3 * snapshot.AppTransactions.Count, snapshot.Files.Sum(file => file.RowCount));
            foreach (var file in snapshot.Files) Assert.Equal(file.Checksum, HashOf(snapshot, file));
            count++;
        }

        return count;
    }

    private static ulong HashOf(LakeSnapshot snapshot, DataFile file)
    {
        try
        {
            return ParquetFile.Hash(snapshot.Locate(file));
        }
        catch (FileNotFoundException)
        {
            return ParquetFile.Hash(snapshot.Locate(file)); // It moved between the two: once, ever.
        }
        catch (DirectoryNotFoundException)
        {
            return ParquetFile.Hash(snapshot.Locate(file));
        }
    }
}
