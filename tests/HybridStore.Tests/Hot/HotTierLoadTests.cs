using HybridStore.Hot;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class HotTierLoadTests(PostgresServer server) : HotWorld(server)
{
    [Fact]
    public async Task LoadHistoricalAsync_makes_rows_hot_once_and_lists_the_days_that_the_lake_does_not_have()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 5000).AddQuotes("IBM", "2013-10-09", 3000).AddQuotes("AIG", "2013-10-07", 100);

        var first = await LoadAsync(lake, ["IBM"], "2013-10-07", "2013-10-09");
        var second = await LoadAsync(lake, ["IBM"], "2013-10-07", "2013-10-09");

        Assert.Equal((8000, 0, 2, 0), (first.RowsLoaded, first.RowsAlreadyHot, first.PartitionsLoaded, first.PartitionsAlreadyHot));
        Assert.Equal((0, 8000, 0, 2), (second.RowsLoaded, second.RowsAlreadyHot, second.PartitionsLoaded, second.PartitionsAlreadyHot));
        Assert.Equal([new DateOnly(2013, 10, 8)], first.DaysMissing);
        Assert.Equal(["IBM|2013-10-07|5000|12502500", "IBM|2013-10-09|3000|4501500"], await Database.AskAsync("select symbol, date::text, count(*), sum(bid_size - 99) from quotes group by 1, 2 order by 1, 2"));
        Assert.Equal(["IBM|2013-10-07|5000|window", "IBM|2013-10-09|3000|window"], await Database.AskAsync("select symbol, date::text, rows, hold from hybrid.coverage order by 2"));
        Assert.Equal(["symbol timestamp bid_price bid_size exchange date"], await Database.AskAsync("select string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns where table_name = 'quotes'"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_of_a_second_symbol_into_a_hot_day_keeps_the_first_and_gives_the_day_an_index_by_symbol()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 5000).AddQuotes("AIG", "2013-10-07", 200);

        await LoadAsync(lake, ["IBM"], "2013-10-07", "2013-10-07");
        Assert.Equal(["quotes_20131007_time_idx"], await IndexesAsync());
        await LoadAsync(lake, ["AIG"], "2013-10-07", "2013-10-07");

        Assert.Equal(["quotes_20131007_symbol_time_idx"], await IndexesAsync());
        Assert.Equal(["AIG|200", "IBM|5000"], await Database.AskAsync("select symbol, count(*) from quotes group by 1 order by 1"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_after_the_lake_changed_replaces_only_what_changed()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 500).AddQuotes("AIG", "2013-10-07", 200);
        await LoadAsync(lake, null, "2013-10-07", "2013-10-07");
        lake.Remove("IBM", "2013-10-07").AddQuotes("IBM", "2013-10-07", 600, seed: 1);

        var result = await LoadAsync(lake, null, "2013-10-07", "2013-10-07");

        Assert.Equal((600, 200, 1, 1), (result.RowsLoaded, result.RowsAlreadyHot, result.PartitionsLoaded, result.PartitionsAlreadyHot));
        Assert.Equal(["AIG|200", "IBM|600"], await Database.AskAsync("select symbol, count(*) from quotes group by 1 order by 1"));
    }

    [Theory]
    [InlineData("2013-10-07", "2013-10-07")]
    [InlineData("2013-10-01", "2013-10-31")]
    public async Task LoadHistoricalAsync_from_files_of_many_symbols_and_days_takes_what_was_asked_for(string from, string to)
    {
        var lake = Lake().Add(null, TestLake.Days("2013-10-01", "2013-10-31"),
            "select symbol, (date '2013-10-05' + d::int)::timestamp + to_minutes(i) as timestamp, 1.5 as bid_price, i as bid_size, 'N' as exchange from (values ('AIG'), ('BAC'), ('IBM')) s(symbol), range(5) days(d), range(20) t(i) order by all");

        var result = await LoadAsync(lake, ["IBM", "AIG"], from, to);

        var days = from == to ? 1 : 5;
        Assert.Equal((40 * days, 2 * days), (result.RowsLoaded, result.PartitionsLoaded));
        Assert.Equal([$"{2 * days}|{days}|{40 * days}"], await Database.AskAsync("select count(distinct (symbol, date)), count(distinct date), count(*) from quotes where date = timestamp::date"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_keeps_the_order_of_rows_of_the_same_time()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 100_000);

        await LoadAsync(lake, ["IBM"], "2013-10-07", "2013-10-07");

        Assert.Equal(["0"], await Database.AskAsync("select count(*) from (select bid_size - lag(bid_size) over (order by ctid) as step from quotes_20131007) s where step <> 1"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_keeps_every_type_exactly()
    {
        var dataset = new Dataset
        {
            Name = "all_types",
            Columns =
            [
                new("flag", new(ColumnKind.Boolean)), new("ticker", new(ColumnKind.Varchar)), new("n", new(ColumnKind.BigInt)), new("x", new(ColumnKind.Double)),
                new("small", new(ColumnKind.Decimal, 4, 2)), new("price", new(ColumnKind.Decimal, 18, 6)), new("huge", new(ColumnKind.Decimal, 38, 0)), new("tiny", new(ColumnKind.Decimal, 38, 38)),
                new("mid", new(ColumnKind.Decimal, 38, 17)), new("day", new(ColumnKind.Date)), new("local", new(ColumnKind.Timestamp)), new("instant", new(ColumnKind.TimestampTz)), new("note \"q\"", new(ColumnKind.Varchar)),
            ],
            SymbolColumn = "ticker",
            TimeColumn = "instant",
            TimeZone = "America/New_York",
        };
        var lake = new TestLake(Folder.File("lake"), dataset).Add("Ünï'x", TestLake.Day("2013-10-07"),
            """"
            select * from (values
              (true, 'Ünï''x', 9223372036854775807, 'nan'::double, '12.34'::decimal(4,2), '123456789012.345678'::decimal(18,6), '99999999999999999999999999999999999999'::decimal(38,0), '0.99999999999999999999999999999999999999'::decimal(38,38), '123456789012345678901.00000000000000001'::decimal(38,17), date '2024-02-29', timestamp '2013-10-07 23:59:59.999999', timestamptz '2013-10-07 20:00:00.000001+00', 'größe 😀 longer than twelve bytes'),
              (false, 'Ünï''x', -9223372036854775808, 'infinity'::double, '-0.01'::decimal(4,2), '-0.000001'::decimal(18,6), '-10000'::decimal(38,0), '-0.00000000000000000000000000000000000001'::decimal(38,38), '-20000.5'::decimal(38,17), date '-infinity', timestamp 'infinity', timestamptz '2013-10-07 20:00:00.000002+00', ''),
              (null, 'Ünï''x', null, null, null, null, null, null, null, null, null, timestamptz '2013-10-07 20:00:00.000003+00', null),
              (true, 'Ünï''x', 0, -0.1::double, '0'::decimal(4,2), '100000000'::decimal(18,6), '0'::decimal(38,0), '0'::decimal(38,38), '0.00001'::decimal(38,17), date '4713-01-01 (BC)', date '4713-01-01 (BC)'::timestamp, timestamptz '2013-10-07 20:00:00.000004+00', 'twelve_bytes')
            ) t(flag, ticker, n, x, small, price, huge, tiny, mid, day, local, instant, "note ""q""")
            """");

        await Tier.LoadHistoricalAsync(lake.Snapshot, null, TestLake.Day("2013-10-07"), HotHold.Window, HotIndex.Btree, null, Cancellation);

        Assert.Equal(
            [
                "true|Ünï'x|9223372036854775807|NaN|12.34|123456789012.345678|99999999999999999999999999999999999999|0.99999999999999999999999999999999999999|123456789012345678901.00000000000000001|2024-02-29|2013-10-07 23:59:59.999999|1381176000.000001|größe 😀 longer than twelve bytes|2013-10-07",
                "false|Ünï'x|-9223372036854775808|Infinity|-0.01|-0.000001|-10000|-0.00000000000000000000000000000000000001|-20000.50000000000000000|-infinity|infinity|1381176000.000002||2013-10-07",
                "null|Ünï'x|null|null|null|null|null|null|null|null|null|1381176000.000003|null|2013-10-07",
                "true|Ünï'x|0|-0.1|0.00|100000000.000000|0|0.00000000000000000000000000000000000000|0.00001000000000000|4713-01-01 BC|4713-01-01 00:00:00 BC|1381176000.000004|twelve_bytes|2013-10-07",
            ],
            await Database.AskAsync("select flag::text, ticker, n, x::text, small::text, price::text, huge::text, tiny::text, mid::text, day::text, local::text, extract(epoch from instant)::text, \"note \"\"q\"\"\", date::text from all_types order by instant"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_of_a_dataset_with_another_symbol_column_offers_it_as_symbol_where_Postgres_can()
    {
        var dataset = TestLake.Quotes with { Columns = [new("ticker", new(ColumnKind.Varchar)), .. TestLake.Quotes.Columns.Skip(1)], SymbolColumn = "ticker" };
        var lake = new TestLake(Folder.File("lake"), dataset).Add("IBM", TestLake.Day("2013-10-07"), "select 'IBM' as ticker, timestamp '2013-10-07 10:00:00' as timestamp, 1.0 as bid_price, 7 as bid_size, 'N' as exchange");
        await LoadAsync(lake, null, "2013-10-07", "2013-10-07");
        var canDo = (await Database.AskAsync("select current_setting('server_version_num')::int >= 180000"))[0] == "True";

        Assert.Equal([canDo ? "ticker timestamp bid_price bid_size exchange date symbol" : "ticker timestamp bid_price bid_size exchange date"],
            await Database.AskAsync("select string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns where table_name = 'quotes'"));
        Assert.Equal(["IBM|7"], await Database.AskAsync($"select ticker, bid_size from quotes where {(canDo ? "symbol" : "ticker")} = 'IBM'"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_of_days_that_are_the_time_themselves_has_one_date_column()
    {
        var bars = new Dataset
        {
            Name = "bars",
            Columns = [new("symbol", new(ColumnKind.Varchar)), new("date", new(ColumnKind.Date)), new("close", new(ColumnKind.Decimal, 9, 2))],
            SymbolColumn = "symbol",
            TimeColumn = "date",
            Partitioning = Partitioning.Year,
        };
        var lake = new TestLake(Folder.File("bars"), bars).Add(null, TestLake.Days("2013-01-01", "2013-12-31"), "select symbol, date '2013-10-01' + i::int as date, i + 0.25 as close from (values ('AIG'), ('IBM')) s(symbol), range(10) t(i) order by all");

        var result = await LoadAsync(lake, ["IBM"], "2013-10-02", "2013-10-04");

        Assert.Equal(3, result.RowsLoaded);
        Assert.Equal(["IBM|2013-10-02|1.25", "IBM|2013-10-03|2.25", "IBM|2013-10-04|3.25"], await Database.AskAsync("select symbol, date::text, close from bars order by 2"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_of_text_with_NUL_names_symbol_day_and_column_and_loads_nothing_of_the_day()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-08", 10).Add("IBM", TestLake.Day("2013-10-07"),
            "select 'IBM' as symbol, timestamp '2013-10-07 10:00:00' as timestamp, 1.0 as bid_price, i as bid_size, case when i = 4999 then 'a' || chr(0) else 'N' end as exchange from range(5000) t(i)");

        var error = await Assert.ThrowsAsync<StoreException>(() => LoadAsync(lake, ["IBM"], "2013-10-07", "2013-10-07"));

        Assert.Equal(StoreErrorKind.SourceData, error.Kind);
        Assert.Contains("IBM on 2013-10-07, column 'exchange'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from quotes"));
        Assert.Equal(10, (await LoadAsync(lake, ["IBM"], "2013-10-08", "2013-10-08")).RowsLoaded);
    }

    [Fact]
    public async Task LoadHistoricalAsync_of_text_longer_than_the_buffer_works()
    {
        var lake = Lake().Add("IBM", TestLake.Day("2013-10-07"), "select 'IBM' as symbol, timestamp '2013-10-07 10:00:00' as timestamp, 1.0 as bid_price, i as bid_size, repeat('x', (i * 500000)::int) as exchange from range(5) t(i)");

        await LoadAsync(lake, ["IBM"], "2013-10-07", "2013-10-07");

        Assert.Equal(["0", "500000", "1000000", "1500000", "2000000"], await Database.AskAsync("select length(exchange) from quotes order by bid_size"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_of_a_symbol_that_nobody_has_names_close_ones()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 1).AddQuotes("AIG", "2013-10-07", 1);

        var error = await Assert.ThrowsAsync<StoreException>(() => LoadAsync(lake, ["IMB"], "2013-10-07", "2013-10-07"));

        Assert.Equal((StoreErrorKind.Usage, "quotes: the lake has no symbol 'IMB'. Did you mean IBM?"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task LoadHistoricalAsync_of_a_range_without_rows_says_what_the_lake_has()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 1).AddQuotes("IBM", "2013-10-09", 1);

        var error = await Assert.ThrowsAsync<StoreException>(() => LoadAsync(lake, ["IBM"], "2014-01-01", "2014-01-31"));

        Assert.Equal((StoreErrorKind.SourceData, "quotes: the lake has no rows of IBM in 2014-01-01 to 2014-01-31. It has 2013-10-07 to 2013-10-09."), (error.Kind, error.Message));
    }

    [Fact]
    public async Task LoadHistoricalAsync_leaves_a_table_alone_that_hybrid_did_not_make()
    {
        await Database.RunAsync("create table quotes (mine int); insert into quotes values (1)");

        var error = await Assert.ThrowsAsync<StoreException>(() => LoadAsync(Lake().AddQuotes("IBM", "2013-10-07", 1), null, "2013-10-07", "2013-10-07"));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.Contains("public.quotes is not hybrid's", error.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await Database.AskAsync("select mine from quotes"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_after_the_dataset_got_a_column_adds_it_and_reads_old_files_without_it()
    {
        var folder = Folder.File("lake");
        await LoadAsync(new TestLake(folder, TestLake.Quotes).AddQuotes("IBM", "2013-10-07", 5), null, "2013-10-07", "2013-10-07");
        var wider = TestLake.Quotes with { Columns = [.. TestLake.Quotes.Columns, new("condition", new(ColumnKind.BigInt))] };
        var lake = new TestLake(folder, wider).AddQuotes("IBM", "2013-10-07", 5).AddQuotes("AIG", "2013-10-07", 7);

        await LoadAsync(lake, null, "2013-10-07", "2013-10-07");

        Assert.Equal(["AIG|7|0", "IBM|5|0"], await Database.AskAsync("select symbol, count(*), count(condition) from quotes group by 1 order by 1"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_by_two_at_once_loads_everything_once()
    {
        var lake = Lake();
        for (var day = 1; day <= 9; day++) lake.AddQuotes("IBM", $"2013-10-0{day}", 2000).AddQuotes("AIG", $"2013-10-0{day}", 1000);
        await using var other = await Database.OpenAsync();

        var results = await Task.WhenAll(
            LoadAsync(lake, ["IBM"], "2013-10-01", "2013-10-09"),
            other.LoadHistoricalAsync(lake.Snapshot, ["AIG", "IBM"], TestLake.Days("2013-10-01", "2013-10-09"), HotHold.Window, HotIndex.Btree, null, Cancellation),
            SyncAllAsync());

        Assert.Equal(["AIG|9|9000", "IBM|9|18000"], await Database.AskAsync("select symbol, count(distinct date), count(*) from quotes group by 1 order by 1"));
        Assert.Equal(["27000"], await Database.AskAsync("select sum(rows) from hybrid.coverage"));
        Assert.Equal(27000, results.Sum(result => result.RowsLoaded));

        async Task<LoadResult> SyncAllAsync()
        {
            var result = await Tier.SyncAsync(lake.Snapshot, 9, null, HotIndex.Btree, null, Cancellation);
            return new LoadResult { Dataset = "", Symbols = [], From = default, To = default, RowsLoaded = result.RowsLoaded, RowsAlreadyHot = 0, PartitionsLoaded = 0, PartitionsAlreadyHot = 0, DaysMissing = [], Seconds = 0, IndexSeconds = 0 };
        }
    }

    private Task<LoadResult> LoadAsync(TestLake lake, string[]? symbols, string from, string to) =>
        Tier.LoadHistoricalAsync(lake.Snapshot, symbols, TestLake.Days(from, to), HotHold.Window, HotIndex.Btree, null, Cancellation);

    private Task<List<string>> IndexesAsync() => Database.AskAsync("select indexname from pg_indexes where tablename like 'quotes_2%' order by 1");
}
