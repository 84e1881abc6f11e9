using System.Globalization;
using HybridStore.Tests.Support;
using HybridStore.Tests.Walk.Steps;

namespace HybridStore.Tests.Walk;

/// <summary>One walk, which its seed determines but for the moments at which processes are killed.</summary>
/// <param name="server">For a store without a Postgres of its own.</param>
/// <param name="workers">Processes that run commands.</param>
/// <param name="seed">Of everything.</param>
internal sealed class RandomWalk(PostgresServer server, WalkWorkers workers, int seed)
{
    private const int StepsMax = 60;
    private static readonly TimeSpan ShorteningMax = TimeSpan.FromSeconds(90);

    private static readonly IWalkStep[] Kinds =
    [
        new IngestStep(), new RetryStep(), new UndoStep(), new CompactStep(), new RepartitionStep(), new VacuumStep(),
        new SyncStep(), new LoadStep(), new EvictStep(), new DeriveStep(), new AdoptStep(), new TogetherStep(), new ServerKillStep(),
    ];

    /// <summary>Commands that were run.</summary>
    internal int StepCount { get; private set; }

    /// <summary>Takes all steps.</summary>
    /// <param name="isTimeUp">Asked before each step, whether to leave out the rest.</param>
    /// <returns>What was wrong after the last that was taken; null when nothing was.</returns>
    internal async Task<WalkFailure?> RunAsync(Func<bool> isTimeUp) => await RunAsync([.. Enumerable.Range(0, StepsMax)], isTimeUp);

    /// <summary>Leaves steps out as long as the walk fails without them.</summary>
    /// <returns>What to tell.</returns>
    internal async Task<string> ShortenAsync(WalkFailure failure)
    {
        var begin = TimeProvider.System.GetTimestamp();
        for (var at = failure.Steps.Count - 2; at >= 0 && TimeProvider.System.GetElapsedTime(begin) < ShorteningMax; at--)
        {
            if (at >= failure.Steps.Count) continue;
            var others = failure.Steps.Where((_, index) => index != at);
            if (await RunAsync([.. others], () => false) is { } shorter) failure = shorter;
        }

        var (steps, log) = (string.Join(',', failure.Steps), string.Join('\n', failure.Log));
        return $"HYBRID_TEST_WALK_SEED={seed}, of which steps {steps} are left:\n{log}\n\n{failure.Error}";
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {StepCount} steps");

    private async Task<WalkFailure?> RunAsync(IReadOnlyList<int> steps, Func<bool> isTimeUp)
    {
        var all = new Random(seed);
        var seeds = Enumerable.Range(0, StepsMax).Select(_ => all.Next()).ToList();
        await using var world = await WalkWorld.CreateAsync(server, workers, all);
        var failure = await RunAsync(world, steps, seeds, isTimeUp);
        StepCount += world.Runner.Log.Count;
        return failure;
    }

    private static async Task<WalkFailure?> RunAsync(WalkWorld world, IReadOnlyList<int> steps, List<int> seeds, Func<bool> isTimeUp)
    {
        for (var taken = 0; taken < steps.Count && !isTimeUp(); taken++)
        {
            var random = new Random(seeds[steps[taken]]);
            try
            {
                await Choose(random).TakeAsync(world, random);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                return new WalkFailure([.. steps.Take(taken + 1)], world.Runner.Log, error);
            }
        }

        return null;
    }

    private static IWalkStep Choose(Random random)
    {
        var at = random.Next(Kinds.Sum(kind => kind.Weight));
        foreach (var kind in Kinds)
        {
            if ((at -= kind.Weight) < 0) return kind;
        }

        throw new InvalidOperationException("The weights add up.");
    }
}
