using System.Threading.Channels;
using HybridStore.Hot;
using HybridStore.Tests.Ingest;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Requests from inside of Postgres, and the servers that carry them out.</summary>
public sealed class HotServerTests(PostgresServer server) : IAsyncLifetime
{
    private const string Csv = "symbol,timestamp,price\nIBM,2013-10-07 10:00:00,1.5\nIBM,2013-10-07 10:00:01,1.6\nAIG,2013-10-07 10:00:00,7.5\nIBM,2013-10-09 10:00:00,1.7\n";
    private const string ALoadWaits = "select count(*) > 0 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())";
    private readonly IngestFolder _store = new();
    private TestDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store.Ingest(_store.Write("quotes/a.csv", Csv), request => request with { Dataset = "quotes" }, Cancellation);
        _database = await server.CreateDatabaseAsync();
        await ServeOnceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task Hydrate_queues_a_request_that_a_server_carries_out()
    {
        Assert.Equal(["1"], await _database.AskAsync("select hybrid.hydrate('quotes', 'IBM', '2013-10-07', '2013-10-09')"));
        Assert.Equal(["1|quotes|IBM|2013-10-07|2013-10-09|queued|null|null"], await _database.AskAsync("select id, dataset, symbols, from_date::text, to_date::text, state, rows, message from hybrid.requests"));

        var outcome = Assert.Single(await ServeOnceAsync());

        Assert.Equal((1, "quotes", true, 3), (outcome.Id, outcome.Dataset, outcome.IsDone, outcome.RowsLoaded));
        Assert.Equal(["done|3|3|100.0|3 rows loaded, 0 were hot already. The lake has no rows on 1 of the days: 2013-10-08.|True"],
            await _database.AskAsync("select state, rows, rows_total, percent, message, started_at between requested_at and finished_at from hybrid.requests"));
        Assert.Equal(["IBM|2013-10-07|2", "IBM|2013-10-09|1"], await _database.AskAsync("select symbol, date::text, count(*) from quotes group by 1, 2 order by 2"));
        Assert.Equal(["quotes|IBM|2013-10-07|2|window", "quotes|IBM|2013-10-09|1|window"], await _database.AskAsync("select dataset, symbol, date::text, rows, hold from hybrid.coverage order by date"));
        Assert.Empty(await ServeOnceAsync());
    }

    [Fact]
    public async Task Hydrate_takes_several_symbols_or_all_and_a_lease()
    {
        await _database.AskAsync("select hybrid.hydrate('QUOTES', 'IBM,,AIG', '2013-10-07', '2013-10-07', lease => '7 days'), hybrid.hydrate('quotes', 'ALL', '2013-10-07', '2013-10-09')");

        Assert.Equal([3L, 1L], (await ServeOnceAsync()).Select(outcome => outcome.RowsLoaded));
        Assert.Equal(["AIG|2013-10-07|leased|True", "IBM|2013-10-07|leased|True", "IBM|2013-10-09|window|null"],
            await _database.AskAsync("select symbol, date::text, hold, leased_until between now() + interval '6 days' and now() + interval '8 days' from hybrid.coverage order by 2, 1"));
    }

    [Theory]
    [InlineData("'quotes', 'IBM', '2013-10-09', '2013-10-07'", "22023", "expected a first and a last day, found 2013-10-09 to 2013-10-07")]
    [InlineData("'quotes', 'IBM', '2013-10-09', 'infinity'", "22023", "expected a first and a last day")]
    [InlineData("'quotes', ',', '2013-10-07', '2013-10-07'", "22023", "expected symbols")]
    [InlineData("'quotes', null, '2013-10-07', '2013-10-07'", "22004", "found a null")]
    [InlineData("'quotes', 'IBM', '2013-10-07', '2013-10-07', '-1 day'", "22023", "expected a lease")]
    public async Task Hydrate_refuses_what_makes_no_sense(string arguments, string sqlState, string message)
    {
        var error = await Assert.ThrowsAsync<PostgresException>(() => _database.RunAsync($"select hybrid.hydrate({arguments})"));

        Assert.Equal(sqlState, error.SqlState);
        Assert.Contains(message, error.MessageText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'../../quotes', 'IBM', '2013-10-07', '2013-10-07'", "There is no dataset '../../quotes'. There are: quotes.")]
    [InlineData("'quotes', 'IMB', '2013-10-07', '2013-10-07'", "quotes: the lake has no symbol 'IMB'. Did you mean IBM?")]
    [InlineData("'quotes', 'I''; drop table x --', '2013-10-07', '2013-10-07'", "quotes: the lake has no symbol 'I'; drop table x --'.")]
    [InlineData("'quotes', 'IBM', '2014-10-07', '2014-10-07'", "quotes: the lake has no rows of IBM in 2014-10-07 to 2014-10-07.")]
    public async Task A_request_that_cannot_be_carried_out_says_why_and_the_next_one_is_served(string arguments, string message)
    {
        await _database.AskAsync($"select hybrid.hydrate({arguments}), hybrid.hydrate('quotes', 'AIG', '2013-10-07', '2013-10-07')");

        var outcomes = await ServeOnceAsync();

        Assert.Equal([false, true], outcomes.Select(outcome => outcome.IsDone));
        Assert.StartsWith(message, outcomes[0].Message, StringComparison.Ordinal);
        Assert.Equal(["failed", "done"], await _database.AskAsync("select state from hybrid.requests order by id"));
        Assert.StartsWith(message, (await _database.AskAsync("select message from hybrid.requests where id = 1"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_beyond_the_limit_of_the_store_is_refused()
    {
        File.WriteAllText(new StorePaths(_store.Store).Settings, """{ "hot_bytes_max": "100B" }""");
        await _database.RunAsync("select hybrid.hydrate('quotes', 'ALL', '2013-10-07', '2013-10-09')");

        Assert.Contains("exceeds the limit of 100 B", Assert.Single(await ServeOnceAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_server_is_woken_by_a_request_and_ends_when_it_is_told()
    {
        await using var running = Start();
        foreach (var symbol in (string[])["IBM", "AIG"])
        {
            await _database.RunAsync($"select hybrid.hydrate('quotes', '{symbol}', '2013-10-07', '2013-10-07')");
            Assert.True((await running.Outcomes.ReadAsync(Cancellation)).IsDone);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(running.StopAsync);
    }

    [Fact]
    public async Task Two_servers_share_the_requests_and_each_is_carried_out_once()
    {
        const int requests = 20;
        await using var first = Start();
        await using var second = Start();
        await _database.AskAsync($"select hybrid.hydrate('quotes', 'ALL', date '2013-10-07', date '2013-10-07' + i) from generate_series(1, {requests}) i");

        var ids = new List<long>();
        while (ids.Count < requests)
        {
            var next = await Task.WhenAny(first.Outcomes.WaitToReadAsync(Cancellation).AsTask(), second.Outcomes.WaitToReadAsync(Cancellation).AsTask());
            Assert.True(await next);
            while (first.Outcomes.TryRead(out var outcome) || second.Outcomes.TryRead(out outcome)) ids.Add(outcome.Id);
        }

        Assert.Equal(Enumerable.Range(1, requests).Select(id => (long)id), ids.Order());
        Assert.Equal([$"done|{requests}|1"], await _database.AskAsync("select state, count(*), max(attempts) from hybrid.request_queue join hybrid.request_progress using (id) group by 1"));
        Assert.Equal(["4"], await _database.AskAsync("select count(*) from quotes"));
    }

    [Fact]
    public async Task A_request_whose_server_was_killed_is_taken_up_by_another()
    {
        await using var obstacle = await HoldDayAsync("2013-10-09");
        await _database.RunAsync("select hybrid.hydrate('quotes', 'IBM', '2013-10-07', '2013-10-09')");
        using (var process = new HybridProgram(_store.Store, environment: new Dictionary<string, string> { ["HYBRID_PG"] = _database.Address }).Start("serve", "--hot"))
        {
            await UntilAsync("select count(*) = 1 from hybrid.requests where state = 'running' and (select sum(rows) from hybrid.coverage) = 2");
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
        }

        await UntilAsync("select state = 'queued' from hybrid.requests");
        await obstacle.DisposeAsync();
        Assert.Equal("1 rows loaded, 2 were hot already. The lake has no rows on 1 of the days: 2013-10-08.", Assert.Single(await ServeOnceAsync()).Message);
        Assert.Equal(["2"], await _database.AskAsync("select attempts from hybrid.request_progress"));
    }

    [Fact]
    public async Task A_server_that_is_stopped_leaves_its_request_to_the_next_without_counting()
    {
        await using var obstacle = await HoldDayAsync("2013-10-09");
        await _database.RunAsync("select hybrid.hydrate('quotes', 'IBM', '2013-10-07', '2013-10-09')");
        await using var running = Start();
        await UntilAsync(ALoadWaits);
        Assert.Equal(["running"], await _database.AskAsync("select state from hybrid.requests"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(running.StopAsync);

        await UntilAsync("select state = 'queued' from hybrid.requests");
        await obstacle.DisposeAsync();
        Assert.True(Assert.Single(await ServeOnceAsync()).IsDone);
        Assert.Equal(["1|3"], await _database.AskAsync("select attempts, (select count(*) from quotes) from hybrid.request_progress"));
    }

    [Fact]
    public async Task A_server_whose_connections_are_cut_comes_back_and_finishes_the_request()
    {
        await using var obstacle = await HoldDayAsync("2013-10-09");
        await _database.RunAsync("select hybrid.hydrate('quotes', 'IBM', '2013-10-07', '2013-10-09')");
        await using var running = Start();
        await UntilAsync(ALoadWaits);

        await _database.RunAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hybrid' and datname = current_database()");
        Assert.Contains("Trying again in 1 s", await running.Notes.ReadAsync(Cancellation), StringComparison.Ordinal);
        await obstacle.DisposeAsync();

        Assert.True((await running.Outcomes.ReadAsync(Cancellation)).IsDone);
        Assert.Equal(["3"], await _database.AskAsync("select count(*) from quotes"));
    }

    [Fact]
    public async Task A_request_that_every_server_dies_of_is_given_up()
    {
        await _database.RunAsync($"select hybrid.hydrate('quotes', 'IBM', '2013-10-07', '2013-10-09'); insert into hybrid.request_progress values (1, {HotServer.AttemptsMax}, 0, 0, now(), null)");

        var outcome = Assert.Single(await ServeOnceAsync());

        Assert.Equal((false, "Given up after 5 attempts. Every server that tried died."), (outcome.IsDone, outcome.Message));
    }

    [Fact]
    public async Task A_role_that_may_only_read_can_be_granted_to_ask()
    {
        var role = $"analyst_{Guid.NewGuid():n}";
        await ServeAsync("ALL");
        await _database.RunAsync($"create role {role}; grant usage on schema hybrid to {role}; grant select on quotes, hybrid.requests, hybrid.coverage to {role}");
        try
        {
            await using var connection = await _database.ConnectAsync();
            await RunAsync(connection, $"set session authorization {role}");
            const string ask = "select hybrid.hydrate('quotes', 'AIG', '2013-10-07', '2013-10-07')";
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, ask))).SqlState);

            await _database.RunAsync($"grant execute on function hybrid.hydrate to {role}");
            await RunAsync(connection, ask);
            foreach (var forbidden in (string[])["insert into quotes select * from quotes", "insert into hybrid.request_queue (dataset, from_date, to_date) values ('x', now(), now())", "delete from hybrid.request_queue", "select * from hybrid.request_queue", "update hybrid.symbol_days set rows = 0"])
            {
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, forbidden))).SqlState);
            }

            // A schema of the caller's own does not get in between.
            await RunAsync(connection, "set search_path = pg_temp, public; create temp table request_queue (id bigint); create function pg_temp.lower(text) returns text language sql as $$ select 'evil' $$");
            await RunAsync(connection, ask);
            Assert.Equal([$"2|quotes|{role}|queued", $"3|quotes|{role}|queued"], await _database.AskAsync("select id, dataset, requested_by, state from hybrid.requests where id > 1 order by id"));
            await using var reader = new NpgsqlCommand("select count(*) from hybrid.requests r, hybrid.coverage c where r.state = 'done' and c.symbol = 'AIG'", connection);
            Assert.Equal(1L, await reader.ExecuteScalarAsync(Cancellation));
        }
        finally
        {
            await _database.RunAsync($"drop owned by {role}; drop role {role}");
        }
    }

    [Fact]
    public async Task Books_of_the_version_before_get_what_they_lack()
    {
        await using var old = await server.CreateDatabaseAsync();
        await old.RunAsync(HotBooksSql.CreateSchema + "; " + HotBooksSql.Steps[0] + "; update hybrid.books set version = 1");
        await using var tier = await old.OpenAsync();
        Assert.Empty((await tier.StatusAsync(Cancellation)).Datasets);

        await new HotServer(new StorePaths(_store.Store), old.Environment, TimeProvider.System).RunAsync(once: true, _ => { }, _ => { }, Cancellation);

        Assert.Equal([$"{HotBooksSql.Version}|0"], await old.AskAsync("select version, (select count(*) from hybrid.requests) from hybrid.books"));
    }

    private async Task ServeAsync(string symbols)
    {
        await _database.RunAsync($"select hybrid.hydrate('quotes', '{symbols}', '2013-10-07', '2013-10-09')");
        Assert.True(Assert.Single(await ServeOnceAsync()).IsDone);
    }

    private async Task<List<HotRequestOutcome>> ServeOnceAsync()
    {
        var outcomes = new List<HotRequestOutcome>();
        await Server().RunAsync(once: true, outcomes.Add, Assert.Fail, Cancellation);
        return outcomes;
    }

    private HotServer Server() => new(new StorePaths(_store.Store), _database.Environment, TimeProvider.System);

    private Running Start() => new(Server());

    /// <summary>Keeps every load of a day waiting.</summary>
    private async Task<NpgsqlConnection> HoldDayAsync(string date)
    {
        var connection = await _database.ConnectAsync();
        await connection.BeginTransactionAsync(Cancellation);
        await new HotBooks(connection).LockDayAsync("quotes", DateOnly.Parse(date), Cancellation);
        return connection;
    }

    private Task UntilAsync(string condition) => Eventually.IsTrueAsync(condition, async () => (await _database.AskAsync(condition)).FirstOrDefault() == "True");

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>A server at work on the side.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Channel<HotRequestOutcome> _outcomes = Channel.CreateUnbounded<HotRequestOutcome>();
        private readonly Channel<string> _notes = Channel.CreateUnbounded<string>();
        private readonly Task _run;

        internal Running(HotServer server) => _run = Task.Run(() => RunAsync(server));

        internal ChannelReader<HotRequestOutcome> Outcomes => _outcomes.Reader;

        internal ChannelReader<string> Notes => _notes.Reader;

        internal async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _run;
        }

        /// <summary>Who waits for an outcome of a server that ended is told why it did.</summary>
        private async Task RunAsync(HotServer server)
        {
            try
            {
                await server.RunAsync(once: false, outcome => _outcomes.Writer.TryWrite(outcome), note => _notes.Writer.TryWrite(note), _stop.Token);
            }
            catch (Exception e)
            {
                _outcomes.Writer.TryComplete(e);
                _notes.Writer.TryComplete(e);
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
