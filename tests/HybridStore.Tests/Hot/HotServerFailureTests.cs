using HybridStore.Hot;
using HybridStore.Tests.Ingest;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>A request that fails, for whatever reason, is marked failed, and the server goes on with the next.</summary>
public sealed class HotServerFailureTests(PostgresServer server) : IAsyncLifetime
{
    private const string Csv = "symbol,timestamp,price\nAIG,2013-10-07 10:00:00,7.5\nIBM,2013-10-07 10:00:00,1.5\nIBM,2013-10-08 10:00:00,1.6\n";
    private readonly IngestFolder _store = new();
    private TestDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store.Ingest(_store.Write("quotes/a.csv", Csv), request => request with { Dataset = "quotes" }, Cancellation);
        _database = await server.CreateDatabaseAsync();
        await ServeOnceAsync(TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task A_symbol_without_a_lease_that_sorts_before_one_with_a_lease_is_loaded()
    {
        await _database.AskAsync("select hybrid.hydrate('quotes', 'AIG', '2013-10-07', '2013-10-07'), hybrid.hydrate('quotes', 'IBM', '2013-10-07', '2013-10-07', '7 days')");
        await ServeOnceAsync(TimeProvider.System);
        _store.Ingest(_store.Write("quotes/b.csv", "symbol,timestamp,price\nAIG,2013-10-07 10:01:00,7.5\nIBM,2013-10-07 10:01:00,1.5\n"), request => request with { Dataset = "quotes" }, Cancellation);
        await _database.AskAsync("select hybrid.hydrate('quotes', 'ALL', '2013-10-07', '2013-10-07')");

        Assert.True(Assert.Single(await ServeOnceAsync(TimeProvider.System)).IsDone);
        Assert.Equal(["AIG|2|window", "IBM|2|leased"], await _database.AskAsync("select symbol, rows, hold from hybrid.coverage order by 1"));
    }

    [Fact]
    public async Task A_request_that_ends_with_a_fault_of_hybrid_itself_is_failed_and_the_next_is_served()
    {
        await _database.AskAsync("select hybrid.hydrate('quotes', 'AIG', '2013-10-07', '2013-10-07'), hybrid.hydrate('quotes', 'IBM', '2013-10-08', '2013-10-08')");

        var outcomes = await ServeOnceAsync(new FaultyClock());

        Assert.Equal([false, true], outcomes.Select(outcome => outcome.IsDone));
        Assert.Contains("a bug in hybrid", outcomes[0].Message, StringComparison.Ordinal);
        Assert.Equal(["failed", "done"], await _database.AskAsync("select state from hybrid.requests order by id"));
        Assert.Contains("the clock has stopped", (await _database.AskAsync("select message from hybrid.requests where id = 1"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_Postgres_refuses_is_failed_at_once_and_the_next_is_served()
    {
        await _database.AskAsync("select hybrid.hydrate('quotes', 'ALL', '2013-10-07', '2013-10-07')");
        await ServeOnceAsync(TimeProvider.System);
        await _database.RunAsync("create publication mine for table quotes_20131007");
        _store.Ingest(_store.Write("quotes/b.csv", "symbol,timestamp,price\nAIG,2013-10-07 10:01:00,7.5\n"), request => request with { Dataset = "quotes" }, Cancellation);
        await _database.AskAsync("select hybrid.hydrate('quotes', 'AIG', '2013-10-07', '2013-10-07'), hybrid.hydrate('quotes', 'IBM', '2013-10-08', '2013-10-08')");

        var outcomes = await ServeOnceAsync(TimeProvider.System);

        Assert.Equal([false, true], outcomes.Select(outcome => outcome.IsDone));
        Assert.Contains("set REPLICA IDENTITY using ALTER TABLE", outcomes[0].Message, StringComparison.Ordinal);
    }

    private async Task<List<HotRequestOutcome>> ServeOnceAsync(TimeProvider time)
    {
        var outcomes = new List<HotRequestOutcome>();
        await new HotServer(new StorePaths(_store.Store), _database.Environment, time).RunAsync(once: true, outcomes.Add, Assert.Fail, Cancellation);
        return outcomes;
    }

    /// <summary>Fails when it is first asked what time it is, which a load does after its rows have arrived.</summary>
    private sealed class FaultyClock : TimeProvider
    {
        private bool _hasFailed;

        public override DateTimeOffset GetUtcNow()
        {
            if (_hasFailed) return base.GetUtcNow();
            _hasFailed = true;
            throw new InvalidTimeZoneException("the clock has stopped");
        }
    }
}
