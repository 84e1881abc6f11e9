using System.Diagnostics;
using System.Globalization;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>kill -9 of a writing process before its durable steps.</summary>
public sealed class LakeKillTests
{
    /// <summary>Unless there is time for all, each work is killed at some of its steps, others for each kind of work.</summary>
    private const int Stride = 7;

    /// <summary>128 and SIGKILL: any other end means that the child failed by itself.</summary>
    private const int ExitCodeOfKill = 137;

    [Theory]
    [MemberData(nameof(LakeWork.Names), MemberType = typeof(LakeWork))]
    public void Any_work_killed_at_a_step_is_before_or_after_and_repeats_to_after(string work)
    {
        using var origin = LakeWork.Prepare(work);
        var before = LakeWork.Rows(origin);
        var version = origin.Table.TryLoad()?.Version ?? -1;
        var (steps, after) = LakeWork.Measure(origin, work);
        var all = Environment.GetEnvironmentVariable(LakeWork.LongVariable) is not null;
        var stops = Enumerable.Range(0, steps).Where(stop => all || stop % Stride == Array.IndexOf(LakeWork.All, work) % Stride).ToList();
        Parallel.ForEach(stops, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken }, stop =>
        {
            using var folder = new MemoryFolder();
            using var lake = LakeWork.Copy(origin, folder.Path);
            using var child = KillChild.Start(lake.Store.Root, work, stop);
            Assert.Equal((ExitCodeOfKill, ""), (Finish(child, out var output), output));
            LakeWork.CheckBeforeOrAfter(lake, work, version, before, after);
        });
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work}: killed at {stops.Count} of {steps} steps"));
    }

    private static int Finish(Process child, out string output)
    {
        output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode;
    }
}
