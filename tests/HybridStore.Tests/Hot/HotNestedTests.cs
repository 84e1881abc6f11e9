using HybridStore.Hot;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Lists and structs of files that others wrote, as jsonb.</summary>
public sealed class HotNestedTests(PostgresServer server) : HotWorld(server)
{
    [Fact]
    public async Task SyncAsync_stores_lists_and_structs_as_jsonb_with_exact_values()
    {
        var lake = Adopt(
            "[1, NULL, -9223372036854775807 - 1, 9223372036854775807]::BIGINT[] AS ids, {'long key': 1.50::DECIMAL(38, 2), 'b': '-0.00000000000000000000000000000000000001'::DECIMAL(38, 38), 'a': TRUE} AS s, "
            + "[{'price': 0.1::DOUBLE, 'size': 3::TINYINT, 'venues': ['N', 'ünï 😀 longer than twelve bytes', chr(8) || chr(9) || chr(10) || chr(12) || chr(13) || chr(31) || chr(127) || '\"\\/']}, NULL, {'price': 'nan'::DOUBLE, 'size': NULL, 'venues': []}] AS levels, "
            + "{'d': DATE '2024-02-29', 't': TIMESTAMP '2024-11-01 09:30:00.5', 'z': TIMESTAMPTZ '2024-11-01 09:30:00.000001+01', 'never': TIMESTAMP 'infinity'} AS times, "
            + "['inf'::DOUBLE, '-inf'::DOUBLE, -0.0::DOUBLE, 1e22::DOUBLE, -1.5e-7::DOUBLE, 123456789012345680000::DOUBLE, 1.7976931348623157e308::DOUBLE, 5e-324::DOUBLE, 100::DOUBLE] AS doubles, "
            + "NULL::INTEGER[] AS nothing, [[1, 2], [], NULL] AS deep");

        await Tier.SyncAsync(lake, 30, null, HotIndex.Btree, null, Cancellation);

        Assert.Equal(["""[1, null, -9223372036854775808, 9223372036854775807]|{"a": true, "b": -0.00000000000000000000000000000000000001, "long key": 1.50}|null|[[1, 2], [], null]"""],
            await Database.AskAsync("select ids::text, s::text, nothing::text, deep::text from d"));
        Assert.Equal(["""[{"size": 3, "price": 0.1, "venues": ["N", "ünï 😀 longer than twelve bytes", "\b\t\n\f\r\u001f""" + "\u007f" + """\"\\/"]}, null, {"size": null, "price": "NaN", "venues": []}]"""],
            await Database.AskAsync("select levels::text from d"));
        Assert.Equal(["""{"d": "2024-02-29", "t": "2024-11-01T09:30:00.5", "z": "2024-11-01T08:30:00.000001Z", "never": "infinity"}"""], await Database.AskAsync("select times::text from d"));
        Assert.Equal(["Infinity|-Infinity|0|10000000000000000000000|-0.00000015|123456789012345680000|1.7976931348623157E+308|5E-324|100"],
            await Database.AskAsync("select doubles->>0, doubles->>1, doubles->>2, doubles->>3, doubles->>4, doubles->>5, (doubles->>6)::double precision, (doubles->>7)::double precision, doubles->>8 from d"));
        Assert.Equal(["jsonb|7"], await Database.AskAsync("select data_type, count(*) from information_schema.columns where table_name = 'd' and data_type = 'jsonb' group by 1"));
        Assert.Empty((await Tier.VerifyAsync(lake, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task VerifyAsync_finds_a_changed_value_deep_inside_and_EvictAsync_takes_what_is_alike()
    {
        var lake = Adopt("[{'price': i / 8, 'size': i}] AS levels, {'n': i} AS s", rows: 5000);
        await Tier.SyncAsync(lake, 30, null, HotIndex.Btree, null, Cancellation);
        Assert.Empty((await Tier.VerifyAsync(lake, null, Cancellation)).Problems);

        await Database.RunAsync("update d set levels = jsonb_set(levels, '{0,size}', '1') where (s->>'n')::int = 4321");
        Assert.Single((await Tier.VerifyAsync(lake, null, Cancellation)).Problems);
        Assert.Equal(5000, (await Tier.SyncAsync(lake, 30, null, HotIndex.Btree, null, Cancellation)).RowsLoaded);
        Assert.Equal(["5000|12497500"], await Database.AskAsync("select count(*), sum((levels->0->>'size')::int) from d"));

        Assert.Equal(5000, (await Tier.EvictAsync(lake, null, null, discard: false, Cancellation)).RowsEvicted);
    }

    [Fact]
    public async Task LoadHistoricalAsync_of_a_NUL_inside_names_symbol_day_and_column_and_loads_nothing_of_the_day()
    {
        var lake = Adopt("[{'venue': CASE WHEN i = 4000 THEN 'a' || chr(0) ELSE 'N' END}] AS levels", rows: 5000);

        var error = await Assert.ThrowsAsync<StoreException>(() => Tier.SyncAsync(lake, 30, null, HotIndex.Btree, null, Cancellation));

        Assert.Equal(StoreErrorKind.SourceData, error.Kind);
        Assert.Contains("d of IBM on 2024-11-01, column 'levels': found text with a NUL character", error.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from d"));
    }

    [Fact]
    public async Task LoadHistoricalAsync_with_a_limit_counts_what_jsonb_takes()
    {
        var lake = Adopt("[{'text': repeat(chr((97 + i % 26)::INT), 200)}] AS levels", rows: 5000);
        using var database = DuckDbDatabase.Open();
        var layout = new HotLayout(lake.Dataset);
        var days = new LakeContents(lake, database).Find(null, TestLake.Day("2024-11-01"), new HashSet<DateOnly>(), Cancellation);

        Assert.InRange(new HotSizeEstimate(lake, layout, database).BytesOfRow(days, HotIndex.None, Cancellation), 200, 400);
    }

    /// <summary>What is sent and what Postgres makes of it are the same bytes, for any doubles, decimals, numbers and texts.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20131007)]
    public async Task VerifyAsync_agrees_about_any_values(int seed)
    {
        const string letters = "aZ09 '\"\\/{}[]:,\u0001\u001f\u007f\t\né€\u2028\uffff";
        var random = new Random(seed);
        var values = Enumerable.Range(0, 500).Select(_ =>
        {
            var anyDouble = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            var usualDouble = Math.Round(random.NextDouble() * Math.Pow(10, random.Next(-9, 20)), random.Next(0, 15));
            var text = new string(random.GetItems(letters.AsSpan(), random.Next(0, 20)));
            return FormattableString.Invariant(
                $"{{'x': '{anyDouble:R}'::DOUBLE, 'y': '{usualDouble:R}'::DOUBLE, 'n': {random.NextInt64()}, 'd': '{(decimal)random.NextInt64() / 10_000_000}'::DECIMAL(38, 7), 'text': {SqlText.Literal(text)}, 'at': make_timestamp({random.NextInt64(-60_000_000_000_000_000, 200_000_000_000_000_000)})}}");
        });
        var lake = Adopt("value", $"(SELECT unnest(range(500)) AS i, unnest([{string.Join(", ", values)}]) AS value)");
        await Tier.SyncAsync(lake, 30, null, HotIndex.Btree, null, Cancellation);

        Assert.Empty((await Tier.VerifyAsync(lake, null, Cancellation)).Problems);
        Assert.Equal(["500"], await Database.AskAsync("select count(*) from d where jsonb_typeof(value) = 'object'"));
    }

    private LakeSnapshot Adopt(string columns, int rows = 1) => Adopt(columns, $"range({rows}) t(i)");

    private LakeSnapshot Adopt(string columns, string from)
    {
        var raw = Directory.CreateDirectory(Folder.File("raw")).FullName;
        using (var database = DuckDbDatabase.Open(settings: new Dictionary<string, string> { ["threads"] = "1" }))
        using (var connection = database.Connect())
        {
            connection.Execute("SET timezone = 'UTC'", Cancellation);
            connection.Execute($"COPY (SELECT 'IBM' AS symbol, TIMESTAMP '2024-11-01 10:00:00' + to_milliseconds(i) AS time, {columns} FROM {from}) TO {SqlText.Literal(Path.Combine(raw, "x.parquet"))} (FORMAT parquet)", Cancellation);
        }

        var table = new LakeTable(Folder.File("d"), TimeProvider.System);
        table.Adopt(raw, new AdoptRequest { SymbolColumn = "symbol", TimeColumn = "time", Rewrites = true }, Cancellation);
        return table.TryLoad()!;
    }
}
