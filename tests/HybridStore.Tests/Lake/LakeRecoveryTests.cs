using HybridStore.Lake;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class LakeRecoveryTests
{
    private static readonly DateOnly Day1 = LakeFixture.Day1;

    /// <summary>The disk stops before a step and stays stopped: what a kill leaves, but for the locks, which Dispose gives back.</summary>
    private sealed class StoppedException : Exception;

    [Fact]
    public void Append_stopped_at_every_step_is_before_or_after_and_repeats_to_after() => StopAtEveryStep(
        lake => lake.Append(("AIG", Day1, 3)),
        (lake, table) => lake.Append(table, "file-2", ("IBM", Day1, 7), ("BRK/B", LakeFixture.Day2, 2)),
        before: ["AIG|2024-11-01|3|6.0"],
        after: ["AIG|2024-11-01|3|6.0", "BRK/B|2024-11-02|2|3.0", "IBM|2024-11-01|7|28.0"]);

    [Fact]
    public void Making_a_table_stopped_at_every_step_is_before_or_after_and_repeats_to_after() => StopAtEveryStep(
        _ => { },
        (lake, table) => lake.Append(table, "file-1", ("IBM", Day1, 7)),
        before: [],
        after: ["IBM|2024-11-01|7|28.0"]);

    [Fact]
    public void Replace_stopped_at_every_step_is_before_or_after_and_repeats_to_after() => StopAtEveryStep(
        lake => lake.Append(("IBM", Day1, 3), ("AIG", Day1, 1)),
        (lake, table) => Replace(lake, table),
        before: ["AIG|2024-11-01|1|1.0", "IBM|2024-11-01|3|6.0"],
        after: ["AIG|2024-11-01|1|1.0", "IBM|2024-11-01|5|15.0"]);

    [Fact]
    public void Recovery_stopped_at_every_step_can_be_repeated()
    {
        using var count = new LakeFixture();
        var steps = 0;
        LeaveDead(count);
        count.TableWith(_ => steps++).Begin(count.Table.TryLoad(), "ingest").Dispose();
        Assert.True(steps > 5);
        for (var stop = 0; stop < steps; stop++)
        {
            using var lake = new LakeFixture();
            LeaveDead(lake);
            var table = StoppingAt(lake, stop);
            Assert.Throws<StoppedException>(() => table.Begin(lake.Table.TryLoad(), "ingest").Dispose());
            lake.Table.Begin(lake.Table.TryLoad(), "ingest").Dispose();
            Assert.Equal(["IBM|2024-11-01|3|6.0"], lake.Glob());
            Assert.Empty(lake.Leftovers());
        }
    }

    [Fact]
    public void Begin_leaves_a_living_writer_alone()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 3));
        using var living = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
        lake.Write(living, "AIG", Day1, 2);
        lake.Append(("IBM", Day1, 1));
        Assert.True(living.Commit(LakeFixture.Details(2), CancellationToken.None).Committed);
        Assert.Equal(["AIG|2024-11-01|2|3.0", "IBM|2024-11-01|4|7.0"], lake.Glob());
    }

    private static void StopAtEveryStep(Action<LakeFixture> prepare, Func<LakeFixture, LakeTable, CommitOutcome> work, string[] before, string[] after)
    {
        var steps = 0;
        using (var count = new LakeFixture())
        {
            prepare(count);
            Assert.True(work(count, count.TableWith(_ => steps++)).Committed);
            Assert.Equal(after, count.Glob());
        }

        Assert.True(steps > 10);
        for (var stop = 0; stop < steps; stop++)
        {
            using var lake = new LakeFixture();
            prepare(lake);
            var table = StoppingAt(lake, stop);
            Assert.Throws<StoppedException>(() => work(lake, table));

            // Any later write repairs; this one does nothing else.
            var latest = lake.Table.TryLoad();
            lake.Table.Begin(latest, "repair").Dispose();
            var committed = latest is not null && (before.Length == 0 || latest.Version > 0);
            Assert.Equal(committed ? after : before, lake.Tree().Count == 0 ? [] : lake.Glob());
            Assert.Equal(latest?.Files.Select(file => file.Path) ?? [], lake.Tree());
            Assert.Empty(lake.Leftovers());
            if (latest is not null) Assert.Empty(lake.Table.Verify(deep: true, TestContext.Current.CancellationToken).Problems);

            if (!committed) Assert.True(work(lake, lake.Table).Committed);
            Assert.Equal(after, lake.Glob());
        }
    }

    private static LakeTable StoppingAt(LakeFixture lake, int stop)
    {
        var step = 0;
        return lake.TableWith(_ =>
        {
            if (step++ >= stop) throw new StoppedException();
        });
    }

    /// <summary>Leaves a transaction that died with its files in the tree, before it was published.</summary>
    private static void LeaveDead(LakeFixture lake)
    {
        lake.Append(("IBM", Day1, 3));
        var table = lake.TableWith(StopOnce("publish"));
        Assert.Throws<StoppedException>(() => lake.Append(table, "file-2", ("AIG", Day1, 4)));
        Assert.Equal(2, lake.Tree().Count);
    }

    private static Action<string> StopOnce(string name)
    {
        var stopped = false;
        return step =>
        {
            stopped |= step.StartsWith(name, StringComparison.Ordinal);
            if (stopped) throw new StoppedException();
        };
    }

    private static CommitOutcome Replace(LakeFixture lake, LakeTable table)
    {
        var basis = table.TryLoad()!;
        using var transaction = table.Begin(basis, "merge");
        foreach (var file in basis.Files.Where(file => file.Symbol == "IBM")) transaction.Remove(file);
        lake.Write(transaction, "IBM", Day1, 5);
        return transaction.Commit(LakeFixture.Details(5), CancellationToken.None);
    }
}
