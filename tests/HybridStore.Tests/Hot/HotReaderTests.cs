using System.Collections.Concurrent;
using HybridStore.Hot;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>What those notice who read a hot table while it is loaded and evicted.</summary>
public sealed class HotReaderTests(PostgresServer server) : HotWorld(server)
{
    private const string LocksThatStopReaders =
        """
        select c.relname, l.mode, l.granted from pg_locks l join pg_class c on c.oid = l.relation
            join pg_stat_activity a on a.pid = l.pid and a.backend_type = 'client backend' -- an autovacuum gives way
        where l.database = (select oid from pg_database where datname = current_database()) and l.mode = 'AccessExclusiveLock'
            and (c.relname = 'quotes' or exists (select from pg_inherits i where i.inhrelid = c.oid) or exists (select from pg_index x join pg_inherits i on i.inhrelid = x.indrelid where x.indexrelid = c.oid))
        """;

    private TestLake _lake = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _lake = Lake();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_load_holds_no_lock_that_a_reader_waits_for_but_for_an_index_that_it_drops_just_before_the_commit(bool byPages)
    {
        _lake.AddQuotes("IBM", "2013-10-07", 2000).AddQuotes("IBM", "2013-10-08", 2000);
        await using (var tier = await Database.OpenAsync()) await LoadAsync(tier);
        _lake.AddQuotes("AIG", "2013-10-07", 1000).Remove("IBM", "2013-10-08").AddQuotes("IBM", "2013-10-08", 2500).AddQuotes("IBM", "2013-10-09", 1000);
        var seen = new ConcurrentBag<string>();
        var port = new NpgsqlConnectionStringBuilder(Database.Address).Port;
        await using var proxy = new PostgresProxy(() => port)
        {
            Before = async step =>
            {
                foreach (var held in await Database.AskAsync(LocksThatStopReaders)) seen.Add($"{held} before {step.Text}");
            },
        };

        await using (var tier = await OpenThroughAsync(proxy))
        {
            tier.ConnectionsMax = 1;
            if (byPages) (tier.DataFolder, tier.PagesRowsMin) = (Server.DataFolder, 1);
            await LoadAsync(tier);
        }

        Assert.Equal(byPages, proxy.Steps.Any(step => step.Contains("pg_relation_filepath", StringComparison.Ordinal)));
        Assert.Contains(proxy.Steps, step => step.Contains("attach partition", StringComparison.Ordinal));
        Assert.All(seen, held => Assert.EndsWith("before COMMIT", held));
        Assert.All(seen, held => Assert.StartsWith("quotes_20131007", held));
        Assert.Equal(["2013-10-07|3000", "2013-10-08|2500", "2013-10-09|1000"], await Database.AskAsync("select date::text, count(*) from quotes group by 1 order by 1"));
    }

    [Fact]
    public async Task A_reader_sees_whole_days_while_two_loads_and_a_sync_run()
    {
        for (var day = 1; day <= 9; day++) _lake.AddQuotes("IBM", $"2013-10-0{day}", 4000).AddQuotes("AIG", $"2013-10-0{day}", 2000);
        await using var tier = await Database.OpenAsync();
        await using var other = await Database.OpenAsync();
        tier.ConnectionsMax = 2;
        other.ConnectionsMax = 2;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await tier.LoadHistoricalAsync(_lake.Snapshot, ["IBM"], TestLake.Day("2013-10-01"), HotHold.Window, HotIndex.Btree, null, Cancellation);
        var reading = Task.Run(ReadAsync, Cancellation);

        await Task.WhenAll(
            tier.LoadHistoricalAsync(_lake.Snapshot, ["IBM"], TestLake.Days("2013-10-01", "2013-10-09"), HotHold.Pinned, HotIndex.Btree, null, Cancellation),
            other.LoadHistoricalAsync(_lake.Snapshot, ["AIG"], TestLake.Days("2013-10-01", "2013-10-09"), HotHold.Pinned, HotIndex.Btree, null, Cancellation),
            tier.SyncAsync(_lake.Snapshot, 4, null, HotIndex.Btree, null, Cancellation));
        await other.EvictAsync(_lake.Snapshot, ["IBM"], null, discard: false, Cancellation);
        await stop.CancelAsync();

        Assert.True(await reading > 0);
        Assert.Equal(["AIG|18000"], await Database.AskAsync("select symbol, count(*) from quotes group by 1"));
        Assert.Empty((await tier.VerifyAsync(_lake.Snapshot, null, Cancellation)).Problems);

        async Task<int> ReadAsync()
        {
            var looks = 0;
            for (; !stop.IsCancellationRequested; looks++)
            {
                foreach (var row in await Database.AskAsync("select symbol, count(*), min(bid_size), max(bid_size) from quotes group by symbol, date"))
                {
                    Assert.Contains(row, (string[])["IBM|4000|100|4099", "AIG|2000|100|2099"]);
                }
            }

            return looks;
        }
    }

    [Fact]
    public async Task An_eviction_waits_in_turns_for_a_reader_at_the_day_and_other_readers_go_on()
    {
        _lake.AddQuotes("IBM", "2013-10-07", 500);
        await using var tier = await Database.OpenAsync();
        await LoadAsync(tier);
        await using var reader = await Database.ConnectAsync();
        await using var transaction = await reader.BeginTransactionAsync(Cancellation);
        await using var count = new NpgsqlCommand("select count(*) from quotes", reader);
        Assert.Equal(500L, await count.ExecuteScalarAsync(Cancellation));
        var port = new NpgsqlConnectionStringBuilder(Database.Address).Port;
        var drops = 0;
        await using var proxy = new PostgresProxy(() => port)
        {
            Before = async step =>
            {
                if (!step.Text.StartsWith("drop table", StringComparison.Ordinal)) return;
                // The first attempt gives up; then the reader ends, and the second gets the lock.
                if (++drops == 1) Assert.Equal(["500"], await Database.AskAsync("select count(*) from quotes"));
                else await transaction.CommitAsync(Cancellation);
            },
        };

        await using var patient = await OpenThroughAsync(proxy);
        var result = await patient.EvictAsync(_lake.Snapshot, null, null, discard: false, Cancellation);

        Assert.Equal((2, 500, 0), (drops, result.RowsEvicted, result.PartitionsKept.Count));
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from quotes"));
    }

    [Theory]
    [InlineData("evict")]
    [InlineData("add columns")]
    [InlineData("drop an index")]
    public async Task Behind_a_long_reader_others_wait_no_longer_than_a_turn_of_hybrid(string work)
    {
        _lake.AddQuotes("IBM", "2013-10-07", 500);
        await LoadAsync(Tier);
        await using var reader = await Database.ConnectAsync();
        await using var transaction = await reader.BeginTransactionAsync(Cancellation);
        await using var count = new NpgsqlCommand("select count(*) from quotes", reader);
        await count.ExecuteScalarAsync(Cancellation);
        Tier.Turns = new LockTurns(TimeProvider.System) { TurnMin = TimeSpan.FromSeconds(1), TurnMax = TimeSpan.FromSeconds(1), Limit = TimeSpan.FromSeconds(2) };

        var working = Task.Run(() => work switch
        {
            "evict" => Tier.EvictAsync(_lake.Snapshot, null, null, discard: false, Cancellation),
            "add columns" => LoadAsync(Tier, _lake.Widen(TestLake.Quotes with { Columns = [.. TestLake.Quotes.Columns, new("condition", new(ColumnKind.BigInt))] })),
            _ => (Task)LoadAsync(Tier, _lake.AddQuotes("AIG", "2013-10-07", 100)),
        }, Cancellation);
        await Eventually.IsTrueAsync("hybrid stands in the queue", async () => (await Database.AskAsync(LocksThatStopReaders)).Any(held => held.EndsWith("False", StringComparison.Ordinal)));

        // Were hybrid to stay in the queue, this would fail by the limit that it sets.
        Assert.Equal(500L, await AskWithinAsync("10s", "select count(*) from quotes where symbol = 'IBM'"));

        var error = await Record.ExceptionAsync(() => working);
        Assert.Equal(work == "drop an index" ? null : StoreErrorKind.Environment, (error as StoreException)?.Kind);
        await transaction.RollbackAsync(Cancellation);
    }

    private async Task<object?> AskWithinAsync(string limit, string sql)
    {
        await using var connection = await Database.ConnectAsync();
        await using var command = new NpgsqlCommand($"set lock_timeout = '{limit}'; {sql}", connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private Task<LoadResult> LoadAsync(HotTier tier, TestLake? lake = null) =>
        tier.LoadHistoricalAsync((lake ?? _lake).Snapshot, null, TestLake.Days("2013-10-07", "2013-10-09"), HotHold.Window, HotIndex.Btree, null, Cancellation);

    private Task<HotTier> OpenThroughAsync(PostgresProxy proxy)
    {
        var address = new NpgsqlConnectionStringBuilder(Database.Address) { Host = "127.0.0.1", Port = proxy.Port }.ConnectionString + ";";
        return HotTier.OpenAsync(new StorePaths("/nowhere"), name => name == "HYBRID_PG" ? address : null, TimeProvider.System, Cancellation);
    }
}
