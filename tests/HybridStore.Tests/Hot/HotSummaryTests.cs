using System.Text.Json;
using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class HotSummaryTests(PostgresServer server) : HotWorld(server)
{
    private const string Daily = "select symbol, date, count(*) as n, min(bid_price) as low, sum(bid_size)::bigint as size from quotes group by symbol, date";

    [Fact]
    public async Task SyncAsync_computes_a_summary_by_day_and_unchanged_days_never_again()
    {
        Declare(("quotes_daily", Daily));
        var lake = Week();

        Assert.Equal(3, (await SyncAsync(lake, 3)).SummaryDaysComputed);
        Assert.Equal(
            await Database.AskAsync("select symbol, date::text, count(*), min(bid_price), sum(bid_size) from quotes group by 1, 2 order by 2, 1"),
            await Database.AskAsync("select symbol, date::text, n, low, size from quotes_daily order by 2, 1"));
        var before = await RowVersionsAsync();

        Assert.Equal(0, (await SyncAsync(lake, 3)).SummaryDaysComputed);
        Assert.Equal(before, await RowVersionsAsync());

        // One day restated, one day new, one day out of the window.
        lake.Remove("IBM", "2013-10-10").AddQuotes("IBM", "2013-10-10", 77).AddQuotes("IBM", "2013-10-12", 50);
        Assert.Equal(2, (await SyncAsync(lake, 3)).SummaryDaysComputed);
        Assert.Equal(["AIG|2013-10-10|100", "IBM|2013-10-10|77", "AIG|2013-10-11|100", "IBM|2013-10-11|200", "IBM|2013-10-12|50"],
            await Database.AskAsync("select symbol, date::text, n from quotes_daily order by date, symbol"));
        Assert.Equal(before.Where(row => row.Contains("2013-10-11", StringComparison.Ordinal)), (await RowVersionsAsync()).Where(row => row.Contains("2013-10-11", StringComparison.Ordinal)));
        Assert.Equal(["quotes_daily_20131010", "quotes_daily_20131011", "quotes_daily_20131012"], await Database.AskAsync("select relname from pg_class where relname ~ '^quotes_daily_\\d+$' order by 1"));
    }

    [Fact]
    public async Task Files_that_a_compaction_rewrote_are_no_reason_to_compute_again()
    {
        Declare(("quotes_daily", Daily));
        var lake = Week();
        await SyncAsync(lake, 1);
        lake.Remove("IBM", "2013-10-11").AddQuotes("IBM", "2013-10-11", 200, 11, compression: "snappy");

        Assert.Equal(0, (await SyncAsync(lake, 1)).SummaryDaysComputed);
    }

    [Fact]
    public async Task Loads_and_evictions_keep_summaries_as_the_hot_rows_are()
    {
        Declare(("quotes_daily", Daily), ("by_minute", "with q as (select *, date_trunc('minute', timestamp) as minute from quotes) -- the spread needs an ask\nselect date, symbol, minute, avg(bid_price) as bid from q group by 1, 2, 3;"));
        var lake = Week();

        Assert.Equal(2, (await LoadAsync(lake, "IBM", "2013-10-07")).SummaryDaysComputed);
        Assert.Equal(2, (await LoadAsync(lake, "AIG", "2013-10-07")).SummaryDaysComputed);
        Assert.Equal(["AIG|100|1", "IBM|200|1"], await Database.AskAsync("select symbol, n, (select count(*) from by_minute m where m.symbol = d.symbol) from quotes_daily d order by 1"));
        await Tier.EvictAsync(lake.Snapshot, ["IBM"], null, discard: false, Cancellation);
        Assert.Equal(["AIG|100"], await Database.AskAsync("select symbol, n from quotes_daily"));
        await Tier.EvictAsync(lake.Snapshot, null, null, discard: false, Cancellation);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from pg_class where relname ~ '^(quotes_daily|by_minute)_\\d'"));
    }

    [Theory]
    [InlineData("select symbol, date, avg(bid) as bid from quotes group by 1, 2", "column \"bid\" does not exist (SQLSTATE 42703)")]
    [InlineData("select symbol date from quotes where", "syntax error")]
    [InlineData("select symbol, count(*) from quotes group by 1", "expected a column date of type date")]
    [InlineData("select symbol, timestamp as date from quotes", "expected a column date of type date")]
    [InlineData("select symbol, date, count(*) from public.quotes group by 1, 2", "it reads public.quotes, all days of it")]
    [InlineData("delete from quotes", "syntax error")]
    public async Task SyncAsync_refuses_a_wrong_summary_by_name_before_it_loads(string sql, string reason)
    {
        Declare(("quotes_daily", sql));

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(Week(), 3));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.Contains("quotes: the summary 'quotes_daily' is refused: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("datasets.quotes.summaries.quotes_daily in hybrid.json", error.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from quotes"));
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from pg_class where relname like 'probe%' or relname like 'quotes_daily%'"));
    }

    [Theory]
    [InlineData("select symbol, date, sum(1 / (bid_size - 150)) as x from quotes group by 1, 2", "on 2013-10-09: division by zero")]
    [InlineData("select symbol, date + 1 as date from quotes", "on 2013-10-09 it gives rows whose date is another")]
    public async Task A_summary_that_fails_on_rows_names_the_day_and_leaves_the_rows_hot(string sql, string reason)
    {
        Declare(("quotes_daily", sql));

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(Week(), 3));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(["900|900"], await Database.AskAsync("select count(*), (select sum(rows) from hybrid.coverage) from quotes"));
        Declare(("quotes_daily", Daily));
        Assert.Equal(3, (await SyncAsync(Week(), 3)).SummaryDaysComputed);
    }

    [Fact]
    public async Task A_table_of_the_name_that_is_no_summary_is_left_alone()
    {
        await Database.RunAsync("create table quotes_daily (mine int); insert into quotes_daily values (1)");
        Declare(("quotes_daily", Daily));

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(Week(), 3));

        Assert.Contains("there is a table public.quotes_daily that is not this summary's", error.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await Database.AskAsync("select mine from quotes_daily"));
    }

    [Fact]
    public async Task A_changed_summary_is_computed_again_and_keeps_its_table_while_the_columns_are_the_same()
    {
        Declare(("quotes_daily", Daily));
        await SyncAsync(Week(), 3);
        await Database.RunAsync("create view mine as select sum(n) as n from quotes_daily; grant select on quotes_daily to public; create index by_symbol on quotes_daily (symbol)");

        Declare(("quotes_daily", Daily.Replace("count(*)", "2 * count(*)", StringComparison.Ordinal)));
        Assert.Equal(3, (await SyncAsync(Week(), 3)).SummaryDaysComputed);
        Assert.Equal(["1800"], await Database.AskAsync("select n from mine"));
        Assert.Equal(["True|4"], await Database.AskAsync("select has_table_privilege('pg_monitor', 'quotes_daily', 'select'), (select count(*) from pg_indexes where tablename like 'quotes_daily%' and indexdef like '%(symbol)')"));

        Declare(("quotes_daily", "select date, count(*) as n from quotes group by 1"));
        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(Week(), 3));
        Assert.Contains("other objects depend on it, such as views", error.Message, StringComparison.Ordinal);
        await Database.RunAsync("drop view mine");
        await SyncAsync(Week(), 3);
        Assert.Equal(["2013-10-09|300", "2013-10-10|300", "2013-10-11|300"], await Database.AskAsync("select date::text, n from quotes_daily order by 1"));

        Declare();
        await SyncAsync(Week(), 3);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from pg_class where relname like 'quotes_daily%'"));
    }

    [Fact]
    public async Task A_day_of_a_summary_that_was_dropped_by_hand_is_computed_again()
    {
        Declare(("quotes_daily", Daily));
        await SyncAsync(Week(), 3);
        await Database.RunAsync("drop table quotes_daily_20131010");

        Assert.Equal(1, (await SyncAsync(Week(), 3)).SummaryDaysComputed);
        await Database.RunAsync("drop table quotes_daily");
        Assert.Equal(3, (await SyncAsync(Week(), 3)).SummaryDaysComputed);
        Assert.Equal(["6"], await Database.AskAsync("select count(*) from quotes_daily"));
    }

    [Fact]
    public async Task A_reader_of_a_summary_sees_the_day_as_it_was_and_holds_up_nobody()
    {
        Declare(("quotes_daily", Daily));
        var lake = Week();
        await SyncAsync(lake, 2);
        await using var reader = await Database.ConnectAsync();
        await using var transaction = await reader.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Cancellation);
        await using var count = new NpgsqlCommand("select sum(n)::bigint from quotes_daily", reader);
        Assert.Equal(600L, await count.ExecuteScalarAsync(Cancellation));

        lake.Remove("IBM", "2013-10-10").AddQuotes("IBM", "2013-10-10", 77);
        Assert.Equal(1, (await SyncAsync(lake, 2)).SummaryDaysComputed);
        await Tier.EvictAsync(lake.Snapshot, null, TestLake.Day("2013-10-11"), discard: false, Cancellation);

        Assert.Equal(600L, await count.ExecuteScalarAsync(Cancellation));
        Assert.Equal(["177"], await Database.AskAsync("select sum(n) from quotes_daily"));
        await transaction.RollbackAsync(Cancellation);
        await SyncAsync(lake, 2);
        await SyncAsync(lake, 1);
        Assert.Equal(["300"], await Database.AskAsync("select sum(n) from quotes_daily"));
        Assert.Equal(["quotes_daily_20131011"], await Database.AskAsync("select relname from pg_class where relname ~ '^quotes_daily_\\d+$'"));
    }

    [Fact]
    public async Task Two_syncs_at_once_compute_every_day_once()
    {
        Declare(("quotes_daily", Daily));
        await using var other = await HotTier.OpenAsync(new StorePaths(Folder.Path), Database.Environment, TimeProvider.System, Cancellation);
        var lake = Week();

        var results = await Task.WhenAll(SyncAsync(lake, 5), other.SyncAsync(lake.Snapshot, 5, null, HotIndex.Btree, null, Cancellation));

        Assert.True(results.Sum(result => result.SummaryDaysComputed) >= 5);
        Assert.Equal(["10|1500"], await Database.AskAsync("select count(*), sum(n) from quotes_daily"));
        Assert.Equal(0, (await SyncAsync(lake, 5)).SummaryDaysComputed);
    }

    private void Declare(params (string Name, string Sql)[] summaries) => Folder.Write("hybrid.json", JsonSerializer.Serialize(new
    {
        version = 1,
        datasets = new { quotes = new { summaries = summaries.ToDictionary(one => one.Name, one => one.Sql) } },
    }));

    /// <summary>Rows with the transaction that wrote them.</summary>
    private Task<List<string>> RowVersionsAsync() => Database.AskAsync("select symbol, date::text, xmin::text from quotes_daily order by 2, 1");

    private Task<LoadResult> LoadAsync(TestLake lake, string symbol, string date) =>
        Tier.LoadHistoricalAsync(lake.Snapshot, new LoadRequest { Symbols = [symbol], Range = TestLake.Day(date) }, null, Cancellation);
}
