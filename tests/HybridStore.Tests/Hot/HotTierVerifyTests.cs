using HybridStore.Hot;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class HotTierVerifyTests(PostgresServer server) : HotWorld(server)
{
    private TestLake _lake = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _lake = Lake().AddQuotes("IBM", "2013-10-07", 5000).AddQuotes("AIG", "2013-10-07", 300).AddQuotes("IBM", "2013-10-08", 70_000);
        await SyncAsync();
    }

    [Fact]
    public async Task VerifyAsync_of_what_was_loaded_finds_nothing()
    {
        var result = await Tier.VerifyAsync(_lake.Snapshot, null, Cancellation);

        Assert.Equal((3, 75_300), (result.PartitionsChecked, result.RowsChecked));
        Assert.Empty(result.Problems);
    }

    [Theory]
    [InlineData("delete from quotes where symbol = 'IBM' and bid_size = 142 and date = '2013-10-07'", "IBM 2013-10-07: Postgres has 4999 rows, the lake 5000")]
    [InlineData("insert into quotes select * from quotes where symbol = 'AIG' limit 1", "AIG 2013-10-07: Postgres has 301 rows, the lake 300")]
    [InlineData("update quotes set exchange = 'X' where bid_size = 142 and date = '2013-10-08'", "IBM 2013-10-08: Postgres has 70000 rows like the lake, but not the same values")]
    [InlineData("update quotes set exchange = '' where bid_size = 100 and symbol = 'AIG'", "AIG 2013-10-07: Postgres has 300 rows like the lake, but not the same values")]
    [InlineData("insert into quotes select 'NEW', timestamp, bid_price, bid_size, exchange, date from quotes where symbol = 'AIG'", "NEW 2013-10-07: Postgres has 300 rows that hybrid did not load")]
    public async Task VerifyAsync_finds_what_was_changed_by_hand_and_the_next_sync_repairs_it(string change, string expected)
    {
        await Database.RunAsync(change);

        var found = await Tier.VerifyAsync(_lake.Snapshot, null, Cancellation);
        await SyncAsync();
        var repaired = await Tier.VerifyAsync(_lake.Snapshot, null, Cancellation);

        Assert.Equal([expected], found.Problems.Select(problem => $"{problem.Symbol} {problem.Date:yyyy-MM-dd}: {problem.Problem}"));
        Assert.Empty(repaired.Problems);
        Assert.Equal(75_300, repaired.RowsChecked);
    }

    [Fact]
    public async Task VerifyAsync_does_not_mind_the_order_of_the_rows()
    {
        await Database.RunAsync("create table shuffled as select * from quotes_20131008 order by random(); truncate quotes_20131008; insert into quotes select symbol, timestamp, bid_price, bid_size, exchange, date from shuffled");

        Assert.Empty((await Tier.VerifyAsync(_lake.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task VerifyAsync_of_decimals_and_times_compares_what_Postgres_gives_back()
    {
        var dataset = TestLake.Quotes with
        {
            Name = "prices",
            Columns = [.. TestLake.Quotes.Columns, new("p", new(ColumnKind.Decimal, 20, 5)), new("h", new(ColumnKind.Decimal, 38, 3)), new("z", new(ColumnKind.TimestampTz)), new("b", new(ColumnKind.Boolean)), new("d", new(ColumnKind.Date))],
        };
        var lake = new TestLake(Folder.File("prices"), dataset).Add("IBM", TestLake.Day("2013-10-07"),
            "select 'IBM' as symbol, timestamp '2013-10-07 10:00:00' as timestamp, 0.1 as bid_price, i as bid_size, null::varchar as exchange, ((i - 500) * 1000 / 7.0)::decimal(20,5) as p, ((i - 500) * 1e28)::decimal(38,3) as h, timestamptz '2013-10-07 10:00:00+00' as z, i % 3 = 0 as b, date '2013-10-07' + i::int as d from range(1000) t(i)");
        await Tier.SyncAsync(lake.Snapshot, 1, null, HotIndex.Brin, null, Cancellation);

        var result = await Tier.VerifyAsync(lake.Snapshot, null, Cancellation);

        Assert.Equal(1000, result.RowsChecked);
        Assert.Empty(result.Problems);
    }

    private Task<SyncResult> SyncAsync() => Tier.SyncAsync(_lake.Snapshot, 30, null, HotIndex.Btree, null, Cancellation);
}
