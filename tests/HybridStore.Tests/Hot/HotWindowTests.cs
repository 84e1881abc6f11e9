using HybridStore.Hot;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class HotWindowTests(PostgresServer server) : HotWorld(server)
{
    [Theory]
    [InlineData("30d", 30, false)]
    [InlineData("4w", 28, false)]
    [InlineData("20td", 20, true)]
    [InlineData("1TD", 1, true)]
    public void TryParse_takes_days_weeks_and_trading_days(string text, int count, bool isTradingDays)
    {
        Assert.True(HotWindow.TryParse(text, out var window));
        Assert.Equal(new HotWindow(count, isTradingDays), window);
        Assert.True(HotWindow.TryParse(window.ToString(), out var again));
        Assert.Equal(window, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("0d")]
    [InlineData("-3d")]
    [InlineData("36501d")]
    [InlineData("6000w")]
    [InlineData("99999999999d")]
    [InlineData("12h")]
    [InlineData("3 td")]
    public void TryParse_refuses_what_is_no_window(string text) => Assert.False(HotWindow.TryParse(text, out _));

    [Fact]
    public async Task SyncAsync_of_trading_days_counts_only_days_with_rows()
    {
        // A week with a holiday on Wednesday, a weekend, and a Monday.
        var lake = Lake();
        foreach (var day in (string[])["2013-10-07", "2013-10-08", "2013-10-10", "2013-10-11", "2013-10-14"]) lake.AddQuotes("IBM", day, 10);

        var three = await SyncAsync(lake, "3td");
        var asOfSunday = await SyncAsync(lake, "3td", asOf: new DateOnly(2013, 10, 13));
        var all = await SyncAsync(lake, "400td");

        Assert.Equal((TestLake.Days("2013-10-10", "2013-10-14"), 30), (three.Window, three.RowsLoaded));
        Assert.Equal((TestLake.Days("2013-10-08", "2013-10-13"), 10, 10), (asOfSunday.Window, asOfSunday.RowsLoaded, asOfSunday.RowsEvicted));
        Assert.Equal((TestLake.Days("2013-10-07", "2013-10-14"), 20), (all.Window, all.RowsLoaded));
    }

    [Fact]
    public async Task SyncAsync_of_trading_days_as_of_a_day_before_all_rows_holds_nothing()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 10);
        await SyncAsync(lake, "1td");

        var result = await SyncAsync(lake, "1td", asOf: new DateOnly(2013, 10, 1));

        Assert.Equal((TestLake.Day("2013-10-01"), 10), (result.Window, result.RowsEvicted));
    }

    [Fact]
    public async Task SyncAsync_of_trading_days_finds_them_in_files_of_many_days_and_opens_no_older_ones()
    {
        var lake = new TestLake(Folder.File("lake"), TestLake.Quotes with { Partitioning = Partitioning.Month });
        foreach (var month in (string[])["2013-08", "2013-09", "2013-10"])
        {
            // Every third day has rows.
            lake.Add(null, TestLake.Days($"{month}-01", $"{month}-30"), $"select 'IBM' as symbol, timestamp '{month}-01 10:00:00' + to_days(3 * i::int) as timestamp, 1.5 as bid_price, i as bid_size, 'N' as exchange from range(10) t(i)");
        }

        File.Delete(Path.Combine(Folder.File("lake"), "0000.parquet"));
        var result = await SyncAsync(lake, "12td");

        Assert.Equal((TestLake.Days("2013-09-25", "2013-10-28"), 12), (result.Window, result.RowsLoaded));
    }

    private Task<SyncResult> SyncAsync(TestLake lake, string text, DateOnly? asOf = null)
    {
        Assert.True(HotWindow.TryParse(text, out var window));
        return Tier.SyncAsync(lake.Snapshot, window, asOf, HotIndex.Btree, null, Cancellation);
    }
}
