using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class HotTierSyncTests(PostgresServer server) : HotWorld(server)
{
    [Fact]
    public async Task SyncAsync_holds_the_last_days_and_again_changes_nothing()
    {
        var lake = Week();

        var first = await SyncAsync(lake, 3);
        var second = await SyncAsync(lake, 3);

        Assert.Equal(TestLake.Days("2013-10-09", "2013-10-11"), first.Window);
        Assert.Equal((900, 6, 0, 0), (first.RowsLoaded, first.PartitionsLoaded, first.PartitionsUnchanged, first.PartitionsEvicted));
        Assert.Equal((0, 0, 6, 0), (second.RowsLoaded, second.PartitionsLoaded, second.PartitionsUnchanged, second.PartitionsEvicted));
        Assert.Equal(["2013-10-09|300", "2013-10-10|300", "2013-10-11|300"], await DaysAsync());
    }

    [Fact]
    public async Task SyncAsync_of_a_later_day_slides_the_window_and_drops_whole_days()
    {
        var lake = Week();
        await SyncAsync(lake, 3);
        lake.AddQuotes("IBM", "2013-10-12", 50);

        var result = await SyncAsync(lake, 3);

        Assert.Equal((50, 1, 300, 2, 4), (result.RowsLoaded, result.PartitionsLoaded, result.RowsEvicted, result.PartitionsEvicted, result.PartitionsUnchanged));
        Assert.Equal(["2013-10-10|300", "2013-10-11|300", "2013-10-12|50"], await DaysAsync());
        Assert.Equal(["quotes_20131010", "quotes_20131011", "quotes_20131012"], await Database.AskAsync("select relname from pg_class where relname ~ '^quotes_\\d+$' order by 1"));
    }

    [Fact]
    public async Task SyncAsync_loads_what_changed_in_the_lake_and_evicts_what_the_lake_no_longer_has()
    {
        var lake = Week();
        await SyncAsync(lake, 3);
        lake.Remove("IBM", "2013-10-10").AddQuotes("IBM", "2013-10-10", 77).Remove("AIG", "2013-10-09");

        var result = await SyncAsync(lake, 3);

        Assert.Equal((77, 1, 100, 1, 4), (result.RowsLoaded, result.PartitionsLoaded, result.RowsEvicted, result.PartitionsEvicted, result.PartitionsUnchanged));
        Assert.Equal(["2013-10-09|200", "2013-10-10|177", "2013-10-11|300"], await DaysAsync());
    }

    [Fact]
    public async Task SyncAsync_keeps_what_is_pinned_or_leased_and_refreshes_it()
    {
        var lake = Week();
        await LoadAsync(lake, "IBM", "2013-10-07", HotHold.Pinned);
        await LoadAsync(lake, "AIG", "2013-10-07", HotHold.Leased(DateTimeOffset.MaxValue.AddYears(-1)));
        await LoadAsync(lake, "AIG", "2013-10-08", HotHold.Leased(DateTimeOffset.UnixEpoch));
        await LoadAsync(lake, "IBM", "2013-10-08", HotHold.Window);
        lake.Remove("IBM", "2013-10-07").AddQuotes("IBM", "2013-10-07", 11);

        var result = await SyncAsync(lake, 1);

        Assert.Equal((311, 300), (result.RowsLoaded, result.RowsEvicted));
        Assert.Equal(["AIG|2013-10-07|100|leased", "IBM|2013-10-07|11|pinned", "AIG|2013-10-11|100|window", "IBM|2013-10-11|200|window"],
            await Database.AskAsync("select symbol, date::text, count(*), (select hold from hybrid.coverage c where c.symbol = q.symbol and c.date = q.date) from quotes q group by 1, 2, q.symbol, q.date order by 2, 1"));
    }

    [Fact]
    public async Task SyncAsync_of_files_with_many_symbols_does_not_look_into_days_that_are_hot_already()
    {
        var lake = Lake();
        for (var day = 1; day <= 3; day++)
        {
            lake.Add(null, TestLake.Day($"2013-10-0{day}"), $"select symbol, timestamp '2013-10-0{day} 10:00:00' + to_minutes(i) as timestamp, 1.5 as bid_price, i as bid_size, 'N' as exchange from (values ('AIG'), ('IBM')) s(symbol), range(20) t(i) order by all");
        }

        await SyncAsync(lake, 30);
        foreach (var file in Directory.GetFiles(Folder.File("lake"))) File.Delete(file);
        var result = await SyncAsync(lake, 30);

        Assert.Equal((0, 6), (result.PartitionsLoaded, result.PartitionsUnchanged));
    }

    [Fact]
    public async Task SyncAsync_after_a_day_was_dropped_by_hand_loads_it_again()
    {
        var lake = Week();
        await SyncAsync(lake, 3);
        await Database.RunAsync("drop table quotes_20131010");

        Assert.Equal(300, (await SyncAsync(lake, 3)).RowsLoaded);
        Assert.Equal(["2013-10-09|300", "2013-10-10|300", "2013-10-11|300"], await DaysAsync());
    }

    [Fact]
    public async Task SyncAsync_of_a_day_that_was_detached_by_hand_keeps_its_rows_and_says_what_to_do()
    {
        var lake = Week();
        await SyncAsync(lake, 3);
        await Database.RunAsync("alter table quotes detach partition quotes_20131010");

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(lake, 3));

        Assert.Contains("already exists", error.Message, StringComparison.Ordinal);
        Assert.Contains("drop it, or move it to another schema", error.Message, StringComparison.Ordinal);
        await EvictAsync(lake, null);
        Assert.Equal(["300"], await Database.AskAsync("select count(*) from quotes_20131010"));
        await Database.RunAsync("create schema mine; alter table quotes_20131010 set schema mine");
        Assert.Equal(900, (await SyncAsync(lake, 3)).RowsLoaded);
        Assert.Equal(["2013-10-09|300", "2013-10-10|300", "2013-10-11|300"], await DaysAsync());
    }

    [Fact]
    public async Task SyncAsync_after_the_table_was_dropped_by_hand_fills_a_new_one()
    {
        var lake = Week();
        await SyncAsync(lake, 3);
        await Database.RunAsync("drop table quotes");

        Assert.Equal(900, (await SyncAsync(lake, 3)).RowsLoaded);
    }

    [Fact]
    public async Task EvictAsync_takes_out_what_the_lake_holds_also_when_pinned()
    {
        var lake = Week();
        await LoadAsync(lake, "IBM", "2013-10-07", HotHold.Pinned);
        await LoadAsync(lake, "AIG", "2013-10-07", HotHold.Window);

        var first = await EvictAsync(lake, ["IBM"]);
        var second = await EvictAsync(lake, ["IBM"]);

        Assert.Equal((200, 1, 0), (first.RowsEvicted, first.PartitionsEvicted, first.PartitionsKept.Count));
        Assert.Equal((0, 0), (second.RowsEvicted, second.PartitionsEvicted));
        Assert.Equal(["2013-10-07|100"], await DaysAsync());
        await EvictAsync(lake, null);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from pg_class where relname ~ '^quotes_\\d+'"));
    }

    [Fact]
    public async Task EvictAsync_keeps_what_the_lake_does_not_hold_unless_told_to_discard()
    {
        var lake = Week();
        await SyncAsync(lake, 3);
        lake.Remove("IBM", "2013-10-10").AddQuotes("IBM", "2013-10-10", 77).Remove("AIG", "2013-10-09");

        var careful = await EvictAsync(lake, null);

        Assert.Equal((600, 4), (careful.RowsEvicted, careful.PartitionsEvicted));
        Assert.Equal(["AIG 2013-10-09: the lake does not have it", "IBM 2013-10-10: the lake has 77 rows of it now"],
            careful.PartitionsKept.Select(kept => $"{kept.Symbol} {kept.Date:yyyy-MM-dd}: {kept.Reason}"));
        var discarding = await Tier.EvictAsync(lake.Snapshot, null, null, discard: true, Cancellation);
        Assert.Equal((300, 0), (discarding.RowsEvicted, discarding.PartitionsKept.Count));
    }

    [Fact]
    public async Task Files_that_a_compaction_rewrote_are_not_loaded_again_and_can_be_evicted()
    {
        var lake = Week();
        await SyncAsync(lake, 2);
        foreach (var day in new[] { 10, 11 }) lake.Remove("IBM", $"2013-10-{day}").AddQuotes("IBM", $"2013-10-{day}", 200, day, compression: "snappy");

        var evicted = await Tier.EvictAsync(lake.Snapshot, ["IBM"], TestLake.Day("2013-10-10"), discard: false, Cancellation);
        var result = await SyncAsync(lake, 1);

        Assert.Equal((200, 0), (evicted.RowsEvicted, evicted.PartitionsKept.Count));
        Assert.Equal((0, 0), (result.RowsLoaded, result.PartitionsLoaded));
        lake.Remove("IBM", "2013-10-11").AddQuotes("IBM", "2013-10-11", 200, seed: 3);
        Assert.Equal(200, (await SyncAsync(lake, 1)).RowsLoaded);
    }

    [Fact]
    public async Task HotEvictor_leaves_what_was_pinned_since_the_books_were_read()
    {
        var lake = Week();
        await LoadAsync(lake, "IBM", "2013-10-07", HotHold.Window);
        await using var connection = await Database.ConnectAsync();
        var seen = await new HotBooks(connection).ReadAsync("quotes", TestLake.Day("2013-10-07"), null, Cancellation);
        await LoadAsync(lake, "IBM", "2013-10-07", HotHold.Pinned);

        var evicted = await new HotEvictor(connection, new HotLayout(TestLake.Quotes), new LockTurns(TimeProvider.System)).EvictAsync(new DateOnly(2013, 10, 7), [.. seen.Values], Cancellation);

        Assert.Equal((0, 0), evicted);
        Assert.Equal(["2013-10-07|200"], await DaysAsync());
    }

    [Fact]
    public async Task EvictAsync_of_a_symbol_that_nobody_has_is_refused()
    {
        var error = await Assert.ThrowsAsync<StoreException>(() => EvictAsync(Week(), ["XYZ"]));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
    }

    [Fact]
    public async Task A_users_index_view_and_grant_survive_loads_and_evictions()
    {
        var lake = Week();
        await SyncAsync(lake, 1);
        await Database.RunAsync("create index mine on quotes (exchange); create view mine_too as select count(*) as n from quotes; grant select on quotes to public");

        await SyncAsync(lake, 5);
        await SyncAsync(lake, 2);

        Assert.Equal(["600"], await Database.AskAsync("select n from mine_too"));
        Assert.Equal(["2"], await Database.AskAsync("select count(*) from pg_indexes where tablename like 'quotes_2%' and indexdef like '%(exchange)'"));
        Assert.Equal(["True"], await Database.AskAsync("select has_table_privilege('pg_monitor', 'quotes', 'select')"));
    }

    [Fact]
    public async Task A_reader_in_a_transaction_delays_an_eviction_and_not_a_load()
    {
        var lake = Week();
        await SyncAsync(lake, 1);
        await using var reader = await Database.ConnectAsync();
        await using var transaction = await reader.BeginTransactionAsync(Cancellation);
        await using var count = new NpgsqlCommand("select count(*) from quotes", reader);
        await count.ExecuteScalarAsync(Cancellation);

        var result = await LoadAsync(lake, "IBM", "2013-10-08", HotHold.Window);

        Assert.Equal(200, result.RowsLoaded);
        Assert.Equal(500L, await count.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task A_query_by_symbol_and_time_uses_an_index_of_one_day()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-10", 50_000).AddQuotes("AIG", "2013-10-10", 50_000).AddQuotes("IBM", "2013-10-11", 50_000);
        await SyncAsync(lake, 5);
        await Database.RunAsync("analyze quotes");

        foreach (var (date, index) in new[] { ("2013-10-10", "symbol_time"), ("2013-10-11", "time") })
        {
            var plan = string.Join('\n', await Database.AskAsync($"explain select * from quotes where symbol = 'IBM' and date = '{date}' and timestamp between '{date} 09:30:01' and '{date} 09:30:02'"));

            Assert.Contains($"quotes_{date.Replace("-", "", StringComparison.Ordinal)}_{index}_idx", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Append", plan, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task StatusAsync_says_what_is_hot_and_no_password()
    {
        await SyncAsync(Week(), 2);
        await LoadAsync(Week(), "IBM", "2013-10-07", HotHold.Pinned);

        var status = await Tier.StatusAsync(Cancellation);

        var quotes = Assert.Single(status.Datasets);
        Assert.Equal((800, 2, 5, 1, 0), (quotes.Rows, quotes.Symbols, quotes.Partitions, quotes.Pinned, quotes.Leased));
        Assert.Equal((new DateOnly(2013, 10, 7), new DateOnly(2013, 10, 11)), (quotes.From!.Value, quotes.To!.Value));
        Assert.True(quotes.Bytes > 8192);
        Assert.Equal((await Database.AskAsync("select split_part(current_setting('server_version'), ' ', 1)"))[0], status.ServerVersion);
        Assert.DoesNotContain(Database.Password, status.Server, StringComparison.Ordinal);
    }

    private Task<EvictResult> EvictAsync(TestLake lake, string[]? symbols) => Tier.EvictAsync(lake.Snapshot, symbols, null, discard: false, Cancellation);

    private Task<LoadResult> LoadAsync(TestLake lake, string symbol, string date, HotHold hold) =>
        Tier.LoadHistoricalAsync(lake.Snapshot, [symbol], TestLake.Day(date), hold, HotIndex.Btree, null, Cancellation);

    private Task<List<string>> DaysAsync() => Database.AskAsync("select date::text, count(*) from quotes group by 1 order by 1");
}
