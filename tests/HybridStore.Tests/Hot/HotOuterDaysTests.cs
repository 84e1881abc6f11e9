using HybridStore.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>The first and the last day that a date of .NET can be; open ends are written as such days.</summary>
public sealed class HotOuterDaysTests(PostgresServer server) : HotWorld(server)
{
    [Theory]
    [InlineData("0001-01-01", false)]
    [InlineData("0001-01-01", true)]
    [InlineData("9999-12-31", false)]
    [InlineData("9999-12-31", true)]
    public async Task A_day_at_the_end_of_the_calendar_is_loaded_read_verified_and_evicted(string date, bool byPages)
    {
        if (byPages) (Tier.DataFolder, Tier.PagesRowsMin) = (Server.DataFolder, 1);
        var lake = Lake().AddQuotes("IBM", date, 40).AddQuotes("AIG", date, 20);
        Assert.True(HotIndex.TryParse("create index on {leaf} (bid_size)", out var own, out _));

        for (var round = 0; round < 2; round++)
        {
            var loaded = await Tier.LoadHistoricalAsync(lake.Snapshot, new LoadRequest { Range = TestLake.Day(date), Index = own }, null, Cancellation);

            Assert.Equal(round == 0 ? 60 : 0, loaded.RowsLoaded);
        }

        Assert.Equal([$"{date}|60"], await Database.AskAsync("select date::text, count(*) from quotes group by 1"));
        Assert.Equal([$"AIG|{date}", $"IBM|{date}"], await Database.AskAsync("select symbol, date::text from hybrid.coverage order by 1"));
        Assert.Equal([$"{date}|1|1"], await Database.AskAsync("select date::text, count(*), count(whole_day_fingerprint) from hybrid.days group by 1"));
        Assert.Equal((2, 0), await SyncedAsync(lake));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
        Assert.Equal(60, (await Tier.EvictAsync(lake.Snapshot, null, TestLake.Day(date), discard: false, Cancellation)).RowsEvicted);
        Assert.Equal((0, 60), await SyncedAsync(lake));
    }

    [Fact]
    public async Task Books_in_which_such_days_are_infinite_are_corrected()
    {
        await using var old = await Server.CreateDatabaseAsync();
        await old.RunAsync(HotBooksSql.CreateSchema + "; " + HotBooksSql.Steps[0] + "; " + HotBooksSql.Steps[1] + "; update hybrid.books set version = 2");
        await old.RunAsync("insert into hybrid.days values ('quotes', '-infinity', 'quotes_00010101', 1, 7)");
        await old.RunAsync("insert into hybrid.symbol_days values ('quotes', '-infinity', 'IBM', 0, 1, 1, 1, 0, null, now())");
        await using var connection = await old.ConnectAsync();

        await new HotBooks(connection).EnsureAsync(Cancellation);

        // Fingerprints of whole days were written while other symbols were there, too.
        Assert.Equal(["0001-01-01|null|0001-01-01"], await old.AskAsync("select d.date::text, d.whole_day_fingerprint, s.date::text from hybrid.days d join hybrid.symbol_days s using (dataset, date)"));
    }

    private async Task<(int Unchanged, long Loaded)> SyncedAsync(TestLake lake)
    {
        var result = await SyncAsync(lake, 1);
        return (result.PartitionsUnchanged, result.RowsLoaded);
    }
}
