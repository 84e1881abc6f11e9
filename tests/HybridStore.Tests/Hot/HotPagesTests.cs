using HybridStore.Hot;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Leaves whose pages hybrid writes itself: Postgres finds in them what it would have written, and nothing to complain of.</summary>
public sealed class HotPagesTests(PostgresServer server) : HotWorld(server)
{
    private const int PageBytes = 8192;
    private static readonly DateRange Day = TestLake.Day("2013-10-07");

    /// <summary>Every type, more than eight columns, and texts around the lengths at which Postgres stores them otherwise.</summary>
    private static readonly Dataset Everything = new()
    {
        Name = "everything",
        Columns =
        [
            new("t", new(ColumnKind.Timestamp)), new("symbol", new(ColumnKind.Varchar)), new("flag", new(ColumnKind.Boolean)), new("n", new(ColumnKind.BigInt)), new("p", new(ColumnKind.Double)),
            new("small", new(ColumnKind.Decimal, 5, 0)), new("price", new(ColumnKind.Decimal, 18, 4)), new("huge", new(ColumnKind.Decimal, 38, 10)), new("tiny", new(ColumnKind.Decimal, 38, 38)),
            new("day", new(ColumnKind.Date)), new("tz", new(ColumnKind.TimestampTz)), new("code", new(ColumnKind.Varchar)), new("note", new(ColumnKind.Varchar)),
        ],
        SymbolColumn = "symbol",
        TimeColumn = "t",
    };

    private const string EverythingSql =
        """
        with r as (select i, hash(i, 1) as a, hash(i, 2) as b, hash(i, 3) as c from range(30000) t(i))
        select timestamp '2013-10-07 09:30:00' + to_microseconds(i) as t, 'S' || i // 9000 as symbol,
            case when a % 5 > 0 then a % 2 = 0 end as flag, case when b % 5 > 0 then b::hugeint::decimal(38, 0)::hugeint % 9223372036854775807 - 4611686018427387904 end::bigint as n,
            case b % 9 when 0 then null when 1 then 'nan'::double when 2 then 'infinity'::double when 3 then '-infinity'::double when 4 then -0.0::double else a::double / 1e9 end as p,
            case when c % 4 > 0 then (c % 199999)::bigint - 99999 end::decimal(5, 0) as small,
            case when a % 4 > 0 then case when c % 3 = 0 then 1 else -1 end * (a % 1000000000000)::decimal(18, 0) / 10000 end::decimal(18, 4) as price,
            case when b % 4 > 0 then ((a::decimal(38, 0) * 99999999 + c % 7 * 10000000000) / 10000000000)::decimal(38, 10) end as huge,
            case when c % 4 > 0 then ('0.' || lpad((c % 10000000000000000)::varchar, 38 - (a % 20)::int, '0') || repeat('0', (a % 20)::int))::decimal(38, 38) end as tiny,
            case a % 7 when 0 then null when 1 then 'infinity'::date when 2 then '-infinity'::date else date '1900-01-01' + (a % 90000)::int end as day,
            case b % 7 when 0 then null when 1 then 'infinity'::timestamptz else timestamptz '2013-10-07 00:00:00+00' + to_microseconds((c % 1000000000000)::bigint) end as tz,
            case when c % 6 > 0 then chr((65 + c % 26)::int) end as code,
            case a % 8 when 0 then null when 1 then '' when 2 then repeat('x', 126) when 3 then repeat('y', 127) when 4 then repeat('€', (b % 90)::int) else repeat('ab ', (b % 500)::int) end as note
        from r
        """;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        (Tier.DataFolder, Tier.PagesRowsMin) = (Server.DataFolder, 1);
    }

    [Fact]
    public async Task Pages_are_byte_for_byte_those_of_a_frozen_copy()
    {
        var lake = new TestLake(Folder.File("lake"), Everything).Add(null, Day, EverythingSql);
        await Tier.LoadHistoricalAsync(lake.Snapshot, null, Day, HotHold.Window, HotIndex.None, null, Cancellation);
        await using var other = await Server.CreateDatabaseAsync();
        await using (var copying = await other.OpenAsync()) await copying.LoadHistoricalAsync(lake.Snapshot, null, Day, HotHold.Window, HotIndex.None, null, Cancellation);

        await AssertPagesAsync("everything_20131007");
        Assert.NotEqual(["0"], await other.AskAsync("select distinct cmin::text from everything_20131007"));
        var (written, copied) = (await ReadPagesAsync(Database, "everything_20131007"), await ReadPagesAsync(other, "everything_20131007"));
        Assert.True(written.Count > 300, $"only {written.Count} pages");
        for (var page = 0; page < written.Count; page++) Assert.True(written[page].AsSpan().SequenceEqual(copied[page]), $"page {page} differs");
        Assert.All(copied.Skip(written.Count), page => Assert.All(page, value => Assert.Equal(0, value)));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
    }

    [Theory]
    [InlineData("btree")]
    [InlineData("brin")]
    [InlineData("none")]
    [InlineData("create index on {leaf} (symbol, bid_size desc)")]
    public async Task Postgres_own_checks_find_nothing_wrong(string policy)
    {
        Assert.True(HotIndex.TryParse(policy, out var index, out _));
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 40_000).AddQuotes("AIG", "2013-10-07", 20_000).AddQuotes("IBM", "2013-10-08", 30_000);
        await Tier.LoadHistoricalAsync(lake.Snapshot, null, TestLake.Days("2013-10-07", "2013-10-08"), HotHold.Window, index, null, Cancellation);

        foreach (var leaf in new[] { "quotes_20131007", "quotes_20131008" }) await AssertPagesAsync(leaf);
        await Database.RunAsync("create extension if not exists amcheck");
        await Database.AskAsync("select bt_index_check(c.oid, true) from pg_class c join pg_index i on i.indexrelid = c.oid join pg_am a on a.oid = c.relam where a.amname = 'btree' and c.relname like 'quotes_2%'");
        Assert.Equal(["2013-10-07|AIG|20000", "2013-10-07|IBM|40000", "2013-10-08|IBM|30000"], await Database.AskAsync("select date::text, symbol, count(*) from quotes group by 1, 2 order by 1, 2"));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task Statistics_are_there_at_once_and_nothing_of_the_way_there_stays_behind()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 20_000).AddQuotes("AIG", "2013-10-07", 10_000);
        await Tier.LoadHistoricalAsync(lake.Snapshot, null, Day, HotHold.Window, HotIndex.Btree, null, Cancellation);

        Assert.Equal(["30000|t"], await Database.AskAsync("select reltuples::bigint, case when relallvisible = relpages then 't' else 'f' end from pg_class where relname = 'quotes_20131007'"));
        Assert.Equal(["11"], await Database.AskAsync("select array_length(histogram_bounds, 1) from pg_stats where tablename = 'quotes_20131007' and attname = 'timestamp'"));
        Assert.Equal(["2"], await Database.AskAsync("select n_distinct::int from pg_stats where tablename = 'quotes_20131007' and attname = 'symbol'"));
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from pg_constraint where conrelid = 'quotes_20131007'::regclass and contype = 'c'"));
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from pg_attrdef d join pg_class c on c.oid = d.adrelid where c.relname like 'quotes%'"));
        Assert.Contains("Index Only Scan", string.Join('\n', await Database.AskAsync("explain (costs off) select timestamp from quotes_20131007 where symbol = 'AIG' and timestamp < '2013-10-07 09:30:01'")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_work_with_such_a_leaf_as_with_any()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 20_000);
        await Tier.LoadHistoricalAsync(lake.Snapshot, null, Day, HotHold.Window, HotIndex.Btree, null, Cancellation);
        lake.AddQuotes("AIG", "2013-10-07", 5_000);
        Assert.Equal(5_000, (await Tier.LoadHistoricalAsync(lake.Snapshot, ["AIG"], Day, HotHold.Window, HotIndex.Btree, null, Cancellation)).RowsLoaded);

        await Database.RunAsync("update quotes set bid_size = bid_size + 1 where symbol = 'IBM' and bid_size % 100 = 0");
        await Database.RunAsync("delete from quotes where symbol = 'IBM' and bid_size % 100 = 50");
        await Database.RunAsync("insert into quotes select * from quotes where bid_size = 177");
        await Database.RunAsync("vacuum (freeze, analyze) quotes_20131007");
        await Database.RunAsync("cluster quotes_20131007 using quotes_20131007_symbol_time_idx");

        Assert.Equal(["24802|24802"], await Database.AskAsync("select count(*), count(timestamp) from quotes"));
        await using var fails = await Database.ConnectAsync();
        await using var command = new NpgsqlCommand("insert into quotes_20131007 (symbol, timestamp, date) values ('IBM', now(), '2013-10-08')", fails);
        Assert.Equal(PostgresErrorCodes.CheckViolation, (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation))).SqlState);
    }

    [Fact]
    public async Task A_symbol_column_of_another_name_has_its_alias()
    {
        var dataset = TestLake.Quotes with
        {
            Columns = [new("ticker", new(ColumnKind.Varchar)), .. TestLake.Quotes.Columns.Skip(1)],
            SymbolColumn = "ticker",
        };
        var lake = new TestLake(Folder.File("lake"), dataset).Add("IBM", Day, "select 'IBM' as ticker, timestamp '2013-10-07 10:00:00' + to_milliseconds(i) as timestamp, case when i % 3 > 0 then i / 4 end::double as bid_price, i as bid_size, null::varchar as exchange from range(5000) t(i)");
        await Tier.LoadHistoricalAsync(lake.Snapshot, null, Day, HotHold.Window, HotIndex.Btree, null, Cancellation);

        await AssertPagesAsync("quotes_20131007");
        Assert.Equal(["IBM|IBM|5000|0"], await Database.AskAsync("select ticker, symbol, count(*), count(exchange) from quotes group by 1, 2"));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
    }

    [Theory]
    [InlineData(1972, true)]
    [InlineData(1973, false)]
    [InlineData(300_000, false)]
    public async Task A_row_that_Postgres_stores_elsewhere_sends_its_day_by_copy(int letters, bool asPages)
    {
        var lake = Lake().Add("IBM", Day, $"select 'IBM' as symbol, timestamp '2013-10-07 10:00:00' + to_milliseconds(i) as timestamp, 1.5 as bid_price, i as bid_size, case when i = 19000 then repeat('z', {letters}) else 'N' end as exchange from range(20000) t(i)");
        var told = new List<HotProgress>();
        var result = await Tier.LoadHistoricalAsync(lake.Snapshot, null, Day, HotHold.Window, HotIndex.Btree, new ProgressAction<HotProgress>(told.Add), Cancellation);

        Assert.Equal(asPages, await IsOfPagesAsync("quotes_20131007"));
        Assert.Equal((20_000, 20_000), (result.RowsLoaded, told[^1].Rows));
        Assert.Equal([asPages ? "False" : "True"], await Database.AskAsync("select max(pg_column_size(exchange)) < max(length(exchange)) from quotes"));
        Assert.Equal([$"20000|{letters}"], await Database.AskAsync("select count(*), max(length(exchange)) from quotes"));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
    }

    /// <remarks>Half a minute and 1.3 GB of disk: <c>scripts/test.sh -explicit only -method '*more_than_a_gigabyte*'</c>.</remarks>
    [Fact(Explicit = true)]
    public async Task A_day_of_more_than_a_gigabyte_lies_in_two_files()
    {
        const int Rows = 17_000_000;
        var lake = Lake().AddQuotes("IBM", "2013-10-07", Rows);
        await Tier.LoadHistoricalAsync(lake.Snapshot, null, Day, HotHold.Window, HotIndex.Btree, null, Cancellation);

        await AssertPagesAsync("quotes_20131007");
        Assert.Equal(["True"], await Database.AskAsync("select pg_relation_size('quotes_20131007') > pg_size_bytes('1GB')"));
        Assert.Equal([$"{Rows}|{99L + Rows}"], await Database.AskAsync("select count(*), max(bid_size) from quotes"));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
        Assert.Equal(Rows, (await Tier.EvictAsync(lake.Snapshot, null, null, discard: false, Cancellation)).RowsEvicted);
    }

    [Fact]
    public async Task Files_that_are_not_there_to_write_leave_it_to_copy()
    {
        Tier.DataFolder = Folder.File("another machine's");
        await LoadAndAssertAsync(isPages: false);
    }

    [Fact]
    public async Task A_few_rows_are_copied()
    {
        Tier.PagesRowsMin = 2_001;
        await LoadAndAssertAsync(isPages: false);
    }

    [Fact]
    public async Task A_server_that_keeps_a_log_for_others_is_left_to_write_it()
    {
        await using var own = await OwnPostgres.StartAsync(Folder.File("server"), settings: "wal_level = replica");
        await using var database = await own.CreateDatabaseAsync();
        await using var tier = await database.OpenAsync();
        (tier.DataFolder, tier.PagesRowsMin) = (own.DataFolder, 1);
        await tier.LoadHistoricalAsync(Lake().AddQuotes("IBM", "2013-10-07", 2_000).Snapshot, null, Day, HotHold.Window, HotIndex.None, null, Cancellation);
        Assert.NotEqual(["0"], await database.AskAsync("select distinct cmin::text from quotes_20131007"));
    }

    [Fact]
    public async Task The_embedded_server_of_a_store_is_written_by_default_and_nobody_elses()
    {
        await using var plain = await OpenAsync();
        Assert.Null(plain.DataFolder);
        var paths = new StorePaths(Folder.File("store"));
        try
        {
            await using var embedded = await HotTier.OpenAsync(paths, _ => null, TimeProvider.System, Cancellation);
            Assert.Equal(EmbeddedPlace.FindData(paths), embedded.DataFolder);
            Assert.True(Directory.Exists(embedded.DataFolder));
        }
        finally
        {
            await new EmbeddedPostgres(paths, TimeProvider.System).DeleteAsync(CancellationToken.None);
        }
    }

    private async Task LoadAndAssertAsync(bool isPages)
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 2_000);
        await Tier.LoadHistoricalAsync(lake.Snapshot, null, Day, HotHold.Window, HotIndex.None, null, Cancellation);
        Assert.Equal(isPages, await IsOfPagesAsync("quotes_20131007"));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
    }

    /// <summary>Whether hybrid wrote the pages: its rows have the number 0 of the transaction's commands, COPY has a later one.</summary>
    private async Task<bool> IsOfPagesAsync(string leaf) => (await Database.AskAsync($"select distinct cmin::text from {leaf}")).SequenceEqual(["0"]);

    private async Task AssertPagesAsync(string leaf)
    {
        Assert.True(await IsOfPagesAsync(leaf));
        await Database.RunAsync("create extension if not exists amcheck; create extension if not exists pg_visibility");
        Assert.Empty(await Database.AskAsync($"select * from verify_heapam('{leaf}')"));
        Assert.Empty(await Database.AskAsync($"select * from pg_check_visible('{leaf}')"));
        Assert.Empty(await Database.AskAsync($"select * from pg_check_frozen('{leaf}')"));
        Assert.Equal(["True|True"], await Database.AskAsync($"select all_visible = pages, all_frozen = pages from pg_visibility_map_summary('{leaf}'), (select pg_relation_size('{leaf}') / {PageBytes} as pages) p"));
    }

    /// <summary>A table's pages, without what may differ: the log's position, the checksum, and the numbers of transaction and command.</summary>
    private static async Task<List<byte[]>> ReadPagesAsync(TestDatabase database, string leaf)
    {
        await database.RunAsync("create extension if not exists pageinspect");
        await using var connection = await database.ConnectAsync();
        await using var command = new NpgsqlCommand($"select get_raw_page('{leaf}', b::int) from generate_series(0, pg_relation_size('{leaf}') / {PageBytes} - 1) b", connection);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var pages = new List<byte[]>();
        while (await reader.ReadAsync(Cancellation))
        {
            var page = reader.GetFieldValue<byte[]>(0);
            page.AsSpan(0, 10).Clear();
            for (var item = 24; item < BitConverter.ToUInt16(page, 12); item += 4)
            {
                var row = page.AsSpan(BitConverter.ToUInt16(page, item) & 0x7fff);
                row[..4].Clear();
                row[8..12].Clear();
            }

            pages.Add(page);
        }

        return pages;
    }
}
