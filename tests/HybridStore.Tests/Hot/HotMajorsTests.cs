using HybridStore.Hot;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Postgres 13 to 17; all other tests run on 18. <c>HYBRID_TEST_PG</c> runs those on any other server.</summary>
public sealed class HotMajorsTests : IDisposable
{
    public static readonly TheoryData<int> Majors = [13, 14, 15, 16, 17];
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task An_older_Postgres_is_loaded_synced_verified_and_evicted_like_the_newest(int major)
    {
        await using var server = await OwnPostgres.StartAsync(_folder.File("server"), OwnPostgres.Programs(major));
        await using var database = await server.CreateDatabaseAsync();
        await using var tier = await database.OpenAsync();
        Assert.StartsWith($"{major}.", (await tier.StatusAsync(Cancellation)).ServerVersion, StringComparison.Ordinal);
        var lake = new TestLake(_folder.File("lake"), TestLake.Quotes);
        for (var day = 7; day <= 9; day++) lake.AddQuotes("IBM", $"2013-10-0{day}", 1000).AddQuotes("AIG", $"2013-10-0{day}", 500);

        // A second symbol into a hot day, each index, a window that slides, a day that is restated.
        await LoadAsync(tier, lake, ["IBM"], "2013-10-07", HotIndex.Btree);
        await LoadAsync(tier, lake, ["AIG"], "2013-10-07", HotIndex.Btree);
        await LoadAsync(tier, lake, null, "2013-10-08", HotIndex.Brin);
        Assert.Equal(["quotes_20131007_symbol_time_idx", "quotes_20131008_brin_idx"], await database.AskAsync("select indexname from pg_indexes where tablename like 'quotes_2%' order by 1"));
        lake.Remove("AIG", "2013-10-08").AddQuotes("AIG", "2013-10-08", 501);
        var synced = await tier.SyncAsync(lake.Snapshot, 2, null, HotIndex.None, null, Cancellation);
        Assert.Equal((2001, 1500), (synced.RowsLoaded, synced.RowsEvicted));
        Assert.Equal(["2013-10-08|1501", "2013-10-09|1500"], await database.AskAsync("select date::text, count(*) from quotes group by 1 order by 1"));

        await database.RunAsync("update quotes set bid_size = 0 where symbol = 'IBM' and bid_size = 100 and date = '2013-10-09'");
        Assert.Equal("Postgres has 1000 rows like the lake, but not the same values", Assert.Single((await tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems).Problem);
        Assert.Equal(1000, (await tier.SyncAsync(lake.Snapshot, 2, null, HotIndex.None, null, Cancellation)).RowsLoaded);
        Assert.Empty((await tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
        Assert.Equal(3001, (await tier.EvictAsync(lake.Snapshot, null, null, discard: false, Cancellation)).RowsEvicted);
        Assert.Equal(["0"], await database.AskAsync("select count(*) from pg_class where relname ~ '^quotes_\\d+'"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task An_older_Postgres_reads_the_pages_that_are_written_for_it(int major)
    {
        await using var server = await OwnPostgres.StartAsync(_folder.File("server"), OwnPostgres.Programs(major), settings: ["wal_level = minimal", "max_wal_senders = 0"]);
        await using var database = await server.CreateDatabaseAsync();
        await using var tier = await database.OpenAsync();
        (tier.DataFolder, tier.PagesRowsMin) = (server.DataFolder, 1);
        var lake = new TestLake(_folder.File("lake"), TestLake.Quotes).AddQuotes("IBM", "2013-10-07", 20_000).AddQuotes("AIG", "2013-10-07", 500);

        await LoadAsync(tier, lake, null, "2013-10-07", HotIndex.Btree);

        Assert.Equal(["0"], await database.AskAsync("select distinct cmin::text from quotes_20131007"));
        Assert.Equal(["AIG|500", "IBM|20000"], await database.AskAsync("select symbol, count(*) from quotes group by 1 order by 1"));
        await database.RunAsync("create extension amcheck; create extension pg_visibility");
        await database.AskAsync("select bt_index_check('quotes_20131007_symbol_time_idx', true)");
        if (major >= 14) Assert.Empty(await database.AskAsync("select * from verify_heapam('quotes_20131007')"));
        Assert.Empty(await database.AskAsync("select * from pg_check_frozen('quotes_20131007')"));
        Assert.Empty((await tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
        Assert.Equal(20_500, (await tier.EvictAsync(lake.Snapshot, null, null, discard: false, Cancellation)).RowsEvicted);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    public async Task An_older_Postgres_takes_lists_and_structs_and_gives_them_back_the_same(int major)
    {
        await using var server = await OwnPostgres.StartAsync(_folder.File("server"), OwnPostgres.Programs(major));
        await using var database = await server.CreateDatabaseAsync();
        await using var tier = await database.OpenAsync();
        var level = ColumnType.StructOf([new("price", new(ColumnKind.Double)), new("n", new(ColumnKind.Decimal, 38, 2)), new("text", new(ColumnKind.Varchar))]);
        var dataset = TestLake.Quotes with { Columns = [.. TestLake.Quotes.Columns, new("levels", ColumnType.ListOf(level))] };
        var lake = new TestLake(_folder.File("lake"), dataset).Add("IBM", TestLake.Day("2013-10-07"),
            "select 'IBM' as symbol, timestamp '2013-10-07 10:00:00' as timestamp, 1.5 as bid_price, i as bid_size, 'N' as exchange, [{'price': i * pow(10, i - 200), 'n': (i || '00000000000000000000.25')::decimal(38, 2), 'text': chr((i + 1)::int)}, null] as levels from range(400) t(i)");

        await LoadAsync(tier, lake, null, "2013-10-07", HotIndex.Btree);

        Assert.Empty((await tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
        Assert.Equal(["10000000000000000000000.25"], await database.AskAsync("select levels->0->>'n' from quotes where bid_size = 100"));
    }

    [Fact]
    public async Task A_server_that_is_too_old_is_refused_before_anything_is_made()
    {
        // The oldest that the packages hold and that hybrid refuses is 12; its answer is all that counts here.
        await using var server = await OwnPostgres.StartAsync(_folder.File("server"), OwnPostgres.Programs(12));
        await using var database = await server.CreateDatabaseAsync();
        await using var tier = await database.OpenAsync();

        var error = await Assert.ThrowsAsync<StoreException>(() => LoadAsync(tier, new TestLake(_folder.File("lake"), TestLake.Quotes).AddQuotes("IBM", "2013-10-07", 1), null, "2013-10-07", HotIndex.Btree));

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.Contains("expected Postgres 13 or newer, found version 12", error.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], await database.AskAsync("select count(*) from pg_namespace where nspname = 'hybrid'"));
    }

    private static Task<LoadResult> LoadAsync(HotTier tier, TestLake lake, string[]? symbols, string date, HotIndex index) =>
        tier.LoadHistoricalAsync(lake.Snapshot, symbols, TestLake.Day(date), HotHold.Window, index, null, Cancellation);
}
