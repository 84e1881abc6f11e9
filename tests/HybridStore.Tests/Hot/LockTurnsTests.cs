using HybridStore.Hot;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class LockTurnsTests
{
    private static readonly PostgresException InUse = new("canceling statement due to lock timeout", "ERROR", "ERROR", PostgresErrorCodes.LockNotAvailable);

    private readonly List<double> _turnsMs = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_takes_longer_turns_up_to_the_longest_and_gives_up_at_the_limit()
    {
        var error = await Assert.ThrowsAsync<StoreException>(() => RunAsync(_ => throw InUse));

        Assert.Equal([1, 2, 4, 8, 8], _turnsMs.Take(5));
        Assert.All(_turnsMs, turnMs => Assert.True(turnMs <= 8));
        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.StartsWith("quotes: 2013-10-07 was not evicted: others have kept the table in use for 0.1 s", error.Message, StringComparison.Ordinal);
        Assert.Contains(": pid 7 (psql). It is as it was", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_gives_what_the_attempt_gives_that_gets_the_lock()
    {
        Assert.Equal(3, await RunAsync(attempt => attempt < 3 ? throw InUse : attempt));
        Assert.Equal([1, 2, 4], _turnsMs);
    }

    [Fact]
    public async Task RunAsync_repeats_nothing_that_failed_for_another_reason()
    {
        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(_ => throw new PostgresException("disk full", "ERROR", "ERROR", PostgresErrorCodes.DiskFull)));
        Assert.Single(_turnsMs);
    }

    private Task<int> RunAsync(Func<int, int> attempt)
    {
        var turns = new LockTurns(TimeProvider.System) { TurnMin = TimeSpan.FromMilliseconds(1), TurnMax = TimeSpan.FromMilliseconds(8), Limit = TimeSpan.FromMilliseconds(100) };
        return turns.RunAsync("quotes: 2013-10-07 was not evicted", () => Task.FromResult("pid 7 (psql)"), turn =>
        {
            _turnsMs.Add(turn.TotalMilliseconds);
            return Task.FromResult(attempt(_turnsMs.Count));
        }, Cancellation);
    }
}
