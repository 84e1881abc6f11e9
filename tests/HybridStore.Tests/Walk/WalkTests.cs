using System.Globalization;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Walk;

/// <summary>Random walks over what changes a store: after each step lake, Postgres and derived datasets are what a model says.</summary>
/// <param name="server">For stores without a Postgres of their own.</param>
public sealed class WalkTests(PostgresServer server)
{
    /// <summary>How long, in seconds.</summary>
    private const string SecondsVariable = "HYBRID_TEST_WALK_SECONDS";

    /// <summary>The seed of one walk, to repeat it.</summary>
    private const string SeedVariable = "HYBRID_TEST_WALK_SEED";

    [Fact]
    public async Task Whatever_is_done_in_whatever_order_and_killed_at_times_the_store_holds_what_the_model_says()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable(SecondsVariable) ?? "25", CultureInfo.InvariantCulture);
        int? only = Environment.GetEnvironmentVariable(SeedVariable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        using var workers = new WalkWorkers();
        var (time, output) = (TimeProvider.System, TestContext.Current.TestOutputHelper);
        var (begin, walks, steps) = (time.GetTimestamp(), 0, 0);
        var seeds = new Random();
        do
        {
            var walk = new RandomWalk(server, workers, only ?? seeds.Next());
            var failure = await walk.RunAsync(() => only is null && IsTimeUp());
            if (failure is not null) Assert.Fail(await walk.ShortenAsync(failure));
            walks++;
            steps += walk.StepCount;
            output?.WriteLine(walk.ToString());
        }
        while (only is null && !IsTimeUp());

        output?.WriteLine($"{walks} walks of {steps} steps in {(int)time.GetElapsedTime(begin).TotalSeconds} s");
        Assert.True(steps > 0);

        bool IsTimeUp() => time.GetElapsedTime(begin).TotalSeconds > seconds;
    }
}
