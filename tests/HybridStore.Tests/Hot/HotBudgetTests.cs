using System.Globalization;
using HybridStore.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class HotBudgetTests(PostgresServer server) : HotWorld(server)
{
    [Fact]
    public async Task LoadHistoricalAsync_beyond_the_limit_says_what_would_be_loaded_and_loads_nothing()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 50_000).AddQuotes("AIG", "2013-10-08", 30_000);

        var error = await Assert.ThrowsAsync<StoreException>(() => LoadAsync(lake, 1_000_000));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.Matches("^quotes: 2 symbol-days of 80000 rows would be loaded and take about [0-9.]+ MB; with the 0 B that are hot that exceeds the limit of 976.6 KB", error.Message);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from quotes"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_counts_what_is_hot_already_and_not_what_need_not_be_loaded()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 50_000);
        await LoadAsync(lake, null);
        var hotBytes = long.Parse((await Database.AskAsync("select pg_total_relation_size('quotes_20131007')"))[0], CultureInfo.InvariantCulture);

        Assert.Equal(50_000, (await LoadAsync(lake, hotBytes / 2)).RowsAlreadyHot);
        lake.AddQuotes("IBM", "2013-10-08", 50_000);
        await Assert.ThrowsAsync<StoreException>(() => LoadAsync(lake, hotBytes * 3 / 2));
        Assert.Equal(50_000, (await LoadAsync(lake, hotBytes * 3)).RowsLoaded);
    }

    [Theory]
    [InlineData("btree")]
    [InlineData("none")]
    [InlineData("create index on {leaf} (symbol, timestamp)")]
    public async Task The_estimate_is_within_a_quarter_of_what_Postgres_takes(string policy)
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 60_000).AddQuotes("AIG", "2013-10-07", 40_000);
        Assert.True(HotIndex.TryParse(policy, out var index, out _));
        using var database = HybridStore.Native.DuckDb.DuckDbDatabase.Open();
        var layout = new HotLayout(TestLake.Quotes);
        var days = new LakeContents(lake.Snapshot, database).Find(null, TestLake.Day("2013-10-07"), new HashSet<DateOnly>(), Cancellation);

        var estimate = 100_000 * new HotSizeEstimate(lake.Snapshot, layout, database).BytesOfRow(days, index, Cancellation);

        await Tier.LoadHistoricalAsync(lake.Snapshot, new LoadRequest { Range = TestLake.Day("2013-10-07"), Index = index }, null, Cancellation);
        var bytes = double.Parse((await Database.AskAsync("select pg_total_relation_size('quotes_20131007')"))[0], CultureInfo.InvariantCulture);
        Assert.InRange(estimate / bytes, 0.75, 1.25);
    }

    [Fact]
    public async Task LoadHistoricalAsync_of_rows_larger_than_the_estimate_stops_in_time_and_goes_on_where_it_stopped()
    {
        // Only the largest files are looked at: the others have texts of two thousand characters.
        var lake = Lake();
        for (var day = 1; day <= 3; day++) lake.AddQuotes("IBM", $"2013-10-0{day}", 5000);
        for (var day = 4; day <= 9; day++)
        {
            lake.Add("IBM", TestLake.Day($"2013-10-0{day}"),
                $"select 'IBM' as symbol, timestamp '2013-10-0{day} 10:00:00' + to_milliseconds(i) as timestamp, 1.0 as bid_price, i as bid_size, (select string_agg(md5((i * 64 + k)::varchar), '') from range(60) r(k)) as exchange from range(1000) t(i)");
        }

        const long limit = 6_000_000;
        var error = await Assert.ThrowsAsync<StoreException>(() => LoadAsync(lake, limit));

        Assert.Matches("stopped before 2013-10-0[4-9].*The days loaded so far stay", error.Message);
        var stopped = (await Database.AskAsync("select count(distinct date), coalesce(sum(pg_total_relation_size(i.inhrelid)), 0) <= " + limit + " from (select distinct date from quotes) d, pg_inherits i where i.inhparent = 'quotes'::regclass"))[0].Split('|');
        Assert.InRange(int.Parse(stopped[0], CultureInfo.InvariantCulture), 3, 8);
        var rest = await LoadAsync(lake, null);
        Assert.Equal(21_000, rest.RowsLoaded + rest.RowsAlreadyHot);
        Assert.True(rest.RowsAlreadyHot >= 15_000);
    }

    [Fact]
    public async Task LoadHistoricalAsync_that_would_fill_the_disk_is_refused()
    {
        Tier.DiskFreeBytes = () => 1_000_000;

        var error = await Assert.ThrowsAsync<StoreException>(() => LoadAsync(Lake().AddQuotes("IBM", "2013-10-07", 50_000), null));

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.Contains("has 976.6 KB free", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadHistoricalAsync_that_was_stopped_goes_on_with_the_days_that_are_left()
    {
        var lake = Lake();
        for (var day = 1; day <= 6; day++) lake.AddQuotes("IBM", $"2013-10-0{day}", 1000 * day);
        using var stop = new CancellationTokenSource();
        var progress = new ProgressAction<HotProgress>(now =>
        {
            if (now.Partitions == 2) stop.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Tier.LoadHistoricalAsync(lake.Snapshot, Request(null), progress, stop.Token));
        var done = await Database.AskAsync("select date, count(*) from quotes group by 1");
        var rest = await LoadAsync(lake, null);

        Assert.True(done.Count >= 2);
        Assert.Equal((6 - done.Count, done.Count, 21_000), (rest.PartitionsLoaded, rest.PartitionsAlreadyHot, rest.RowsLoaded + rest.RowsAlreadyHot));
    }

    private static LoadRequest Request(long? bytesMax) => new() { Range = TestLake.Days("2013-10-01", "2013-10-31"), BytesMax = bytesMax };

    private Task<LoadResult> LoadAsync(TestLake lake, long? bytesMax) => Tier.LoadHistoricalAsync(lake.Snapshot, Request(bytesMax), null, Cancellation);
}
