using HybridStore.Hot;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>The lake's columns change in every way that they can (an undo takes some away), or somebody changes the table's.</summary>
public sealed class HotColumnChangeTests(PostgresServer server) : HotWorld(server)
{
    private const string WideRows =
        "select 'IBM' as symbol, timestamp '2013-10-09 09:30:00' + to_milliseconds(i) as timestamp, 1.5 as bid_price, i as bid_size, 'N' as exchange, 'R' || i as condition from range(30) t(i)";

    private static readonly Dataset Wider = TestLake.Quotes with { Columns = [.. TestLake.Quotes.Columns, new("condition", new(ColumnKind.Varchar))] };

    [Fact]
    public async Task Columns_that_an_undo_took_away_go_and_come_back_with_their_values()
    {
        var (narrow, wide) = Lakes();
        await SyncAsync(wide, 3);
        Assert.Equal("has what the lake no longer has: condition", await Tier.CompareColumnsAsync(narrow.Snapshot.Dataset, Cancellation));

        var undone = await SyncAsync(narrow, 3);

        Assert.Equal((0, 30), (undone.RowsLoaded, undone.RowsEvicted));
        Assert.Equal("symbol timestamp bid_price bid_size exchange date", await ColumnsAsync());
        Assert.Equal("", await Tier.CompareColumnsAsync(narrow.Snapshot.Dataset, Cancellation));
        Assert.Empty((await Tier.VerifyAsync(narrow.Snapshot, null, Cancellation)).Problems);
        Assert.Equal(30, (await SyncAsync(wide, 3)).RowsLoaded);
        Assert.Equal("symbol timestamp bid_price bid_size exchange date condition", await ColumnsAsync());
        Assert.Empty((await Tier.VerifyAsync(wide.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task Values_that_went_with_a_column_are_loaded_again_also_when_nothing_was_done_between_undo_and_redo()
    {
        var (narrow, wide) = Lakes();
        await SyncAsync(wide, 3);
        await using var connection = await Database.ConnectAsync();
        await new HotTable(connection, new HotLayout(narrow.Snapshot.Dataset), new LockTurns(TimeProvider.System)).EnsureAsync(Cancellation);

        Assert.Equal((30, 2), await LoadedAndUnchangedAsync(wide));
        Assert.Equal(["30"], await Database.AskAsync("select count(condition) from quotes"));
        Assert.Empty((await Tier.VerifyAsync(wide.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task A_summary_of_all_columns_follows_them_and_one_of_a_column_that_is_gone_is_refused_before_anything_is_loaded()
    {
        var (narrow, wide) = Lakes();
        Declare("select * from quotes where bid_size < 5");
        await SyncAsync(wide, 3);
        await SyncAsync(narrow, 3);
        Assert.Equal("symbol timestamp bid_price bid_size exchange date", await ColumnsAsync("small_quotes"));
        await SyncAsync(wide, 3);
        Assert.Equal(["5|5"], await Database.AskAsync("select count(*), count(condition) from small_quotes where date = '2013-10-09'"));

        Declare("select date, count(condition) as n from quotes group by date");
        await SyncAsync(wide, 3);
        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(narrow.AddQuotes("AIG", "2013-10-08", 5), 3));

        Assert.Contains("the summary 'small_quotes' is refused: column \"condition\" does not exist", error.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from quotes where symbol = 'AIG'"));

        void Declare(string sql) => File.WriteAllText(
            new StorePaths(Folder.Path).Settings, $$"""{ "datasets": { "quotes": { "summaries": { "small_quotes": "{{sql}}" } } } }""");
    }

    [Fact]
    public async Task Other_days_are_loaded_after_an_undo()
    {
        var (narrow, wide) = Lakes();
        await SyncAsync(wide, 1);

        var result = await Tier.LoadHistoricalAsync(narrow.Snapshot, new LoadRequest { Range = TestLake.Day("2013-10-07") }, null, Cancellation);

        Assert.Equal(20, result.RowsLoaded);
        Assert.Equal((20, 1), await LoadedAndUnchangedAsync(narrow));
        Assert.Empty((await Tier.VerifyAsync(narrow.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task A_view_on_a_column_that_has_to_go_is_named_and_nothing_is_changed()
    {
        var (narrow, wide) = Lakes();
        await SyncAsync(wide, 3);
        await Database.RunAsync("create view by_condition as select condition, count(*) from quotes group by 1");

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(narrow, 3));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.Contains("condition. They cannot go while others use them: view by_condition depends on column condition", error.Message, StringComparison.Ordinal);
        Assert.Equal(["70|30"], await Database.AskAsync("select count(*), count(condition) from quotes"));
        Assert.Equal((0, 3), await LoadedAndUnchangedAsync(wide));
        await Database.RunAsync("drop view by_condition");
        await SyncAsync(narrow, 3);
        Assert.Equal("", await Tier.CompareColumnsAsync(narrow.Snapshot.Dataset, Cancellation));
    }

    [Fact]
    public async Task A_column_that_somebody_added_is_refused_before_anything_is_changed()
    {
        var (narrow, _) = Lakes();
        await SyncAsync(narrow, 1);
        await Database.RunAsync("alter table quotes add column mine int");

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(narrow, 3));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.Contains("columns that somebody added: mine.", error.Message, StringComparison.Ordinal);
        Assert.Contains("alter table public.quotes drop column", error.Message, StringComparison.Ordinal);
        Assert.Equal("has what somebody added: mine", await Tier.CompareColumnsAsync(narrow.Snapshot.Dataset, Cancellation));
        Assert.Equal(["1"], await Database.AskAsync("select count(distinct date) from quotes"));
        await Database.RunAsync("alter table quotes drop column mine");
        Assert.Equal((20, 1), await LoadedAndUnchangedAsync(narrow));
    }

    [Fact]
    public async Task A_column_that_somebody_dropped_or_changed_is_filled_anew()
    {
        var (narrow, _) = Lakes();
        await SyncAsync(narrow, 3);
        await Database.RunAsync("alter table quotes drop column exchange, alter column bid_size type numeric using bid_size + 1");
        Assert.Equal("lacks exchange; has with another type: bid_size", await Tier.CompareColumnsAsync(narrow.Snapshot.Dataset, Cancellation));

        Assert.Equal((40, 0), await LoadedAndUnchangedAsync(narrow));
        Assert.Empty((await Tier.VerifyAsync(narrow.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task A_column_that_the_lake_has_widened_is_filled_anew_and_a_users_index_on_it_is_built_again()
    {
        Assert.True(HotIndex.TryParse("create index on {leaf} (bid_size)", out var own, out _));
        var (narrow, _) = Lakes();
        await Tier.SyncAsync(narrow.Snapshot, 3, null, own, null, Cancellation);
        var widened = narrow.Widen(TestLake.Quotes with
        {
            Columns = [.. TestLake.Quotes.Columns.Select(column => column.Name == "bid_size" ? new("bid_size", new(ColumnKind.Double)) : column)],
        });

        var result = await Tier.SyncAsync(widened.Snapshot, 3, null, own, null, Cancellation);

        Assert.Equal(40, result.RowsLoaded);
        Assert.Equal(["double precision"], await Database.AskAsync("select distinct pg_typeof(bid_size)::text from quotes"));
        Assert.Equal(["2"], await Database.AskAsync("select count(*) from pg_indexes where tablename like 'quotes_2%' and indexdef like '%(bid_size)'"));
        Assert.Empty((await Tier.VerifyAsync(widened.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task A_time_of_another_type_is_refused_with_what_to_do()
    {
        var (narrow, _) = Lakes();
        await SyncAsync(narrow, 3);
        var other = narrow.Widen(TestLake.Quotes with
        {
            Columns = [.. TestLake.Quotes.Columns.Select(column => column.Name == "timestamp" ? new("timestamp", new(ColumnKind.TimestampTz)) : column)],
        });

        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(other, 3));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.Contains("Drop the table public.quotes in Postgres and run 'hybrid sync'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["40"], await Database.AskAsync("select count(*) from quotes"));
    }

    /// <summary>Two days, and the same with a third that has one more column.</summary>
    private (TestLake Narrow, TestLake Wide) Lakes()
    {
        var narrow = Lake().AddQuotes("IBM", "2013-10-07", 20).AddQuotes("IBM", "2013-10-08", 20);
        return (narrow, narrow.Widen(Wider).Add("IBM", TestLake.Day("2013-10-09"), WideRows));
    }

    private async Task<(long Loaded, int Unchanged)> LoadedAndUnchangedAsync(TestLake lake)
    {
        var result = await SyncAsync(lake, 3);
        return (result.RowsLoaded, result.PartitionsUnchanged);
    }

    private async Task<string> ColumnsAsync(string table = "quotes")
    {
        var columns = $"from pg_attribute where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped";
        return (await Database.AskAsync($"select string_agg(attname, ' ' order by attnum) {columns}"))[0];
    }
}
