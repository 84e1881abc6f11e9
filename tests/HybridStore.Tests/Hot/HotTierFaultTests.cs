using HybridStore.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>
/// At every step of a load, an eviction and a sync (a step is a statement that hybrid sends, the rows of a COPY or their end), somebody dies. After
/// each: every day is as it was before or as it should be, the books say what is there, and the same command finishes the job.
/// </summary>
/// <remarks>Takes every n-th step; <c>HYBRID_TEST_STEPS=1</c> takes each.</remarks>
public sealed class HotTierFaultTests(HotFaultWorld world) : IClassFixture<HotFaultWorld>
{
    public static readonly TheoryData<HotFaultWork> Works = [HotFaultWork.Load, HotFaultWork.LoadByPages, HotFaultWork.Evict, HotFaultWork.Sync, HotFaultWork.SyncOfLoss];

    [Theory]
    [MemberData(nameof(Works))]
    public Task A_connection_that_is_cut_at_any_step_leaves_whole_days(HotFaultWork work) => TryEachStepAsync(work, everyDefault: 4, (step, _) =>
    {
        step.Link.Dispose();
        return Task.CompletedTask;
    }, mayLeaveFiles: false);

    [Theory]
    [MemberData(nameof(Works))]
    public Task A_backend_that_is_told_to_end_at_any_step_leaves_whole_days(HotFaultWork work) =>
        TryEachStepAsync(work, everyDefault: 9, (step, _) => world.EndBackendAsync(step.Link.BackendProcessId), mayLeaveFiles: false);

    [Theory]
    [MemberData(nameof(Works))]
    public Task A_backend_that_is_killed_at_any_step_leaves_whole_days(HotFaultWork work) =>
        TryEachStepAsync(work, everyDefault: 9, (step, _) => world.KillBackendAsync(step.Link.BackendProcessId));

    [Theory]
    [MemberData(nameof(Works))]
    public Task A_server_that_is_killed_at_any_step_leaves_whole_days(HotFaultWork work) =>
        TryEachStepAsync(work, everyDefault: 9, (_, server) => HotFaultWorld.KillAsync(server.ProcessId));

    private async Task TryEachStepAsync(HotFaultWork work, int everyDefault, Func<PostgresStep, EmbeddedServer, Task> fault, bool mayLeaveFiles = true)
    {
        var smooth = await world.RunSmoothlyAsync(work);
        Assert.NotEqual(smooth.Before, smooth.After);
        // Between the load of a day and the eviction of what the lake lost of it, the steps are closer.
        var every = HotFaultWorld.Every(work == HotFaultWork.SyncOfLoss ? Math.Max(2, everyDefault - 2) : everyDefault);
        for (var index = (int)work; index < smooth.Steps.Count; index += every) await TryAsync(work, smooth, index, isAfter: false, fault, mayLeaveFiles);

        // What was committed and never acknowledged, and pages for a table that is gone by then, are the cases that 'before the next step' does not show.
        foreach (var (index, step) in smooth.Steps.Index())
        {
            var isCommit = step.StartsWith("COMMIT", StringComparison.OrdinalIgnoreCase) && (index % every == 0 || every <= everyDefault / 2);
            if (isCommit || step.Contains("pg_relation_filepath", StringComparison.Ordinal)) await TryAsync(work, smooth, index, isAfter: true, fault, mayLeaveFiles);
        }
    }

    private async Task TryAsync(HotFaultWork work, HotFaultWorld.SmoothRun smooth, int index, bool isAfter, Func<PostgresStep, EmbeddedServer, Task> fault, bool mayLeaveFiles)
    {
        var where = $"{work}, {(isAfter ? "after" : "before")} step {index} of {smooth.Steps.Count}: {smooth.Steps[index]}";
        var database = await world.CreateDatabaseAsync();
        var server = await world.StartAsync();
        var acting = Task.CompletedTask;
        Task Act(PostgresStep step) => step.Index == index ? acting = fault(step, server) : Task.CompletedTask;
        await using (var proxy = new PostgresProxy(() => server.Port) { Before = isAfter ? null : Act, After = Act, WantsAfter = step => isAfter && step.Index == index })
        {
            var error = await Record.ExceptionAsync(() => world.RunAsync(work, database, proxy.Port));
            await acting; // The client may be told before the server has noticed.
            Assert.True(error is StoreException { Kind: StoreErrorKind.Environment }, $"{where}: {error?.ToString() ?? "no error"}");
            Assert.DoesNotContain(world.Password, error!.ToString(), StringComparison.Ordinal);
        }

        var found = await world.LookAsync(database);
        found.AssertWhole(work, smooth.Before, smooth.After, where);

        await world.RunAsync(work, database, (await world.StartAsync()).Port);
        var finished = await world.LookAsync(database);
        Assert.True(finished == smooth.After, $"{where}: finished, it should be\n{smooth.After}\nand is\n{finished}");
        Assert.Equal(smooth.Problems, await world.VerifyAsync(work, database));
        // A server that starts anew after a crash leaves files of tables that were never committed, whoever wrote them.
        if (!mayLeaveFiles) Assert.Empty(await world.FindOrphansAsync(database));
    }
}
