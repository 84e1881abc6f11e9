using System.Diagnostics;
using System.Globalization;
using HybridStore.Lake;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>kill -9 of a writing process before each of its durable steps.</summary>
public sealed class LakeKillTests
{
    private const string FolderVariable = "HYBRID_TEST_KILL_STORE";
    private const string StepVariable = "HYBRID_TEST_KILL_STEP";

    /// <summary>128 and SIGKILL: any other end means that the child failed by itself.</summary>
    private const int ExitCodeOfKill = 137;

    private static readonly string[] Before = ["AIG|2024-11-01|1|1.0", "IBM|2024-11-01|3|6.0"];
    private static readonly string[] After = ["AIG|2024-11-01|1|1.0", "IBM|2024-11-01|5|15.0"];

    [Fact]
    public void Replace_killed_at_every_step_is_before_or_after_and_repeats_to_after()
    {
        var steps = 0;
        using (var count = Prepare()) Replace(count, count.TableWith(_ => steps++));
        Assert.True(steps > 20);
        var outcomes = new HashSet<bool>();
        for (var stop = 0; stop < steps; stop++)
        {
            using var lake = Prepare();
            Assert.Equal(ExitCodeOfKill, RunChild(lake.Store.Root, stop));

            lake.Table.Recover();
            var committed = lake.Table.TryLoad()!.Version > 0;
            outcomes.Add(committed);
            Assert.Equal(committed ? After : Before, lake.Glob());
            Assert.Empty(lake.Table.Verify(deep: true, TestContext.Current.CancellationToken).Problems);
            Assert.Empty(lake.Leftovers());
            if (!committed) Replace(lake, lake.Table);
            Assert.Equal(After, lake.Glob());
        }

        Assert.Equal(2, outcomes.Count);
    }

    /// <summary>What the child process runs; on its own it has nothing to do.</summary>
    [Fact(Explicit = true)]
    public void Child_replaces_until_it_is_killed()
    {
        var root = Environment.GetEnvironmentVariable(FolderVariable);
        if (root is null) return;
        var left = int.Parse(Environment.GetEnvironmentVariable(StepVariable)!, CultureInfo.InvariantCulture);
        using var lake = new LakeFixture(root);
        Replace(lake, lake.TableWith(_ =>
        {
            if (left-- == 0) Process.GetCurrentProcess().Kill();
        }));
    }

    private static LakeFixture Prepare()
    {
        var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 3), ("AIG", LakeFixture.Day1, 1));
        return lake;
    }

    private static void Replace(LakeFixture lake, LakeTable table)
    {
        var basis = table.TryLoad()!;
        using var transaction = table.Begin(basis, "merge");
        foreach (var file in basis.Files.Where(file => file.Symbol == "IBM")) transaction.Remove(file);
        lake.Write(transaction, "IBM", LakeFixture.Day1, 5);
        Assert.True(transaction.Commit(LakeFixture.Details(5), CancellationToken.None).Committed);
    }

    private static int RunChild(string root, int step)
    {
        using var child = ChildTest.Start(
            typeof(LakeKillTests), nameof(Child_replaces_until_it_is_killed), (FolderVariable, root), (StepVariable, step.ToString(CultureInfo.InvariantCulture)));
        return ChildTest.Finish(child).ExitCode;
    }
}
