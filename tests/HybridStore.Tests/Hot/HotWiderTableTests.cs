using HybridStore.Hot;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>A dataset that gets columns while some of it is hot: files with them and without, in a table that was made before.</summary>
public sealed class HotWiderTableTests(PostgresServer server) : HotWorld(server)
{
    private static readonly Dataset Wider = TestLake.Quotes with
    {
        Columns = [.. TestLake.Quotes.Columns, new("condition", new(ColumnKind.Varchar)), new("fee", new(ColumnKind.Decimal, 9, 4)), new("sequence", new(ColumnKind.BigInt))],
    };

    [Fact]
    public async Task SyncAsync_loads_the_days_with_new_columns_and_leaves_those_without()
    {
        var lake = Narrow();
        await SyncAsync(lake, 2);

        var result = await SyncAsync(AddWide(lake), 3);

        Assert.Equal((300, 1, 2), (result.RowsLoaded, result.PartitionsLoaded, result.PartitionsUnchanged));
        Assert.Equal(["2013-10-07|200|0|0|null", "2013-10-08|200|0|0|null", "2013-10-09|300|300|300|44850"],
            await Database.AskAsync("select date::text, count(*), count(condition), count(fee), sum(sequence) from quotes group by 1 order by 1"));
        Assert.Equal(["symbol timestamp bid_price bid_size exchange date condition fee sequence"],
            await Database.AskAsync("select string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns where table_name = 'quotes'"));
    }

    [Fact]
    public async Task VerifyAsync_compares_days_of_both_widths_and_finds_a_change_in_either()
    {
        var lake = Narrow();
        await SyncAsync(lake, 2);
        var wide = AddWide(lake);
        await SyncAsync(wide, 3);
        Assert.Empty((await Tier.VerifyAsync(wide.Snapshot, null, Cancellation)).Problems);

        await Database.RunAsync("update quotes set condition = 'x' where date in ('2013-10-07', '2013-10-09') and bid_size = 150");

        Assert.Equal(["2013-10-07", "2013-10-09"], (await Tier.VerifyAsync(wide.Snapshot, null, Cancellation)).Problems.Select(problem => $"{problem.Date:yyyy-MM-dd}"));
        Assert.Equal(500, (await SyncAsync(wide, 3)).RowsLoaded);
        Assert.Empty((await Tier.VerifyAsync(wide.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task LoadHistoricalAsync_brings_a_narrow_file_into_the_wider_table_and_a_day_of_both()
    {
        var wide = AddWide(Narrow()).AddQuotes("AIG", "2013-10-09", 50);
        await Tier.LoadHistoricalAsync(wide.Snapshot, new LoadRequest { Range = TestLake.Day("2013-10-09") }, null, Cancellation);

        var result = await Tier.LoadHistoricalAsync(wide.Snapshot, new LoadRequest { Range = TestLake.Days("2013-10-07", "2013-10-09") }, null, Cancellation);

        Assert.Equal((400, 350), (result.RowsLoaded, result.RowsAlreadyHot));
        Assert.Equal(["AIG|50|0", "IBM|700|300"], await Database.AskAsync("select symbol, count(*), count(fee) from quotes group by 1 order by 1"));
        Assert.Empty((await Tier.VerifyAsync(wide.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task EvictAsync_takes_days_of_both_widths_also_when_a_compaction_has_widened_their_files()
    {
        var lake = Narrow();
        await SyncAsync(lake, 2);
        var wide = AddWide(lake);
        await SyncAsync(wide, 3);
        wide.Remove("IBM", "2013-10-07").AddQuotes("IBM", "2013-10-07", 200, compression: "snappy");

        var result = await Tier.EvictAsync(wide.Snapshot, null, null, discard: false, Cancellation);

        Assert.Equal((700, 3, 0), (result.RowsEvicted, result.PartitionsEvicted, result.PartitionsKept.Count));
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from quotes"));
    }

    private TestLake Narrow() => Lake().AddQuotes("IBM", "2013-10-07", 200).AddQuotes("IBM", "2013-10-08", 200);

    private static TestLake AddWide(TestLake lake) => lake.Widen(Wider).Add("IBM", TestLake.Day("2013-10-09"),
        "select 'IBM' as symbol, timestamp '2013-10-09 09:30:00' + to_milliseconds(i) as timestamp, 1.5 as bid_price, i as bid_size, 'N' as exchange, 'R' || i as condition, (i / 3)::decimal(9, 4) as fee, i as sequence from range(300) t(i)");
}
