using HybridStore.Lake;
using HybridStore.Tests.Support;
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
    public void Replace_that_fails_once_at_any_step_cleans_up_by_itself()
    {
        var steps = 0;
        using (var count = new LakeFixture())
        {
            count.Append(("IBM", Day1, 3), ("AIG", Day1, 1));
            Replace(count, count.TableWith(_ => steps++));
        }

        for (var failing = 0; failing < steps; failing++)
        {
            using var lake = new LakeFixture();
            lake.Append(("IBM", Day1, 3), ("AIG", Day1, 1));
            var step = 0;
            var failed = "";
            var table = lake.TableWith(name =>
            {
                if (step++ != failing) return;
                failed = name;
                throw new IOException("No space left on device.", 28);
            });
            var error = Record.Exception(() => Replace(lake, table));

            var committed = lake.Table.TryLoad()!.Version > 0;
            Assert.True(error is IOException || (committed && error is StoreException { Kind: StoreErrorKind.Environment }), $"{failed}: {error}");
            if (lake.Leftovers().Count > 0)
            {
                // Only a failure to clean up leaves something: for the next writer.
                Assert.Matches("^(unlink|remove|rmdir|fsync folder|link|mkdir) ", failed);
                lake.Table.Recover();
            }

            string[] expected = committed ? ["AIG|2024-11-01|1|1.0", "IBM|2024-11-01|5|15.0"] : ["AIG|2024-11-01|1|1.0", "IBM|2024-11-01|3|6.0"];
            Assert.Equal(expected, lake.Glob());
            Assert.Empty(lake.Leftovers());
            Assert.Empty(lake.Table.Verify(deep: true, TestContext.Current.CancellationToken).Problems);
        }
    }

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

    [Theory]
    [MemberData(nameof(LakeWork.Names), MemberType = typeof(LakeWork))]
    public void Any_work_stopped_at_every_step_is_before_or_after_and_repeats_to_after(string work) =>
        ForEveryStep(work, _ => true, (_, _) => throw new StoppedException());

    [Theory]
    [MemberData(nameof(LakeWork.Names), MemberType = typeof(LakeWork))]
    public void Any_work_whose_newest_file_is_torn_when_the_machine_stops_is_before_or_after_and_repeats_to_after(string work) =>
        ForEveryStep(work, step => step.StartsWith("fsync /", StringComparison.Ordinal) && !(work is "adopt" or "undo" && step.EndsWith(".staged", StringComparison.Ordinal)), (step, _) =>
        {
            // The bytes are written, but not yet on the disk: after a power cut some are there and some are not.
            var path = step["fsync ".Length..];
            using (var file = File.Open(path, FileMode.Open)) file.SetLength(file.Length / 2);
            throw new StoppedException();
        });

    [Theory]
    [MemberData(nameof(LakeWork.Names), MemberType = typeof(LakeWork))]
    public void Any_work_on_a_disk_that_fails_once_at_any_step_is_before_or_after_and_repeats_to_after(string work) =>
        ForEveryStep(work, _ => true, (step, number) => throw Failures[number / FailuresStride % Failures.Length](step), failsOnce: true);

    /// <summary>A disk that fails once is tried at every second step, unless there is time for all.</summary>
    private static readonly int FailuresStride = Environment.GetEnvironmentVariable(LakeWork.LongVariable) is null ? 2 : 1;

    private static readonly Func<string, Exception>[] Failures =
    [
        step => new IOException($"{step}: No space left on device.", 28),
        step => new IOException($"{step}: Input/output error.", 5),
        step => new IOException($"{step}: Read-only file system.", 30),
        step => new UnauthorizedAccessException($"{step}: Permission denied."),
    ];

    /// <summary>Breaks the work at each of its steps in turn, in a lake of its own each time.</summary>
    private static void ForEveryStep(string work, Func<string, bool> concerns, Action<string, int> breaks, bool failsOnce = false)
    {
        using var origin = LakeWork.Prepare(work);
        var before = LakeWork.Rows(origin);
        var version = origin.Table.TryLoad()?.Version ?? -1;
        var (steps, after) = LakeWork.Measure(origin, work);
        Assert.True(steps > (work == "vacuum" ? 1 : 10));
        var outcomes = new HashSet<bool>();
        for (var stop = 0; stop < steps; stop += failsOnce ? FailuresStride : 1)
        {
            using var folder = new MemoryFolder();
            using var lake = LakeWork.Copy(origin, folder.Path);
            var number = 0;
            var broken = false;
            var table = lake.TableWith(step =>
            {
                if (broken && !failsOnce) throw new StoppedException();
                if (number++ != stop || !concerns(step)) return;
                broken = true;
                breaks(step, stop);
            });
            var error = Record.Exception(() => LakeWork.Do(lake, table, work));
            if (!broken) continue;
            Assert.True(failsOnce ? error is IOException or UnauthorizedAccessException or StoreException { Kind: StoreErrorKind.Environment } : error is StoppedException, $"{error}");
            outcomes.Add(LakeWork.CheckBeforeOrAfter(lake, work, version, before, after));
        }

        Assert.True(outcomes.Count == 0 || outcomes.Contains(false));
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
