using HybridStore.Hot;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Types of Parquet files that others wrote: exact in Postgres, or refused on the way in.</summary>
public sealed class AdoptedTypesTests(PostgresServer server) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Numbers_of_every_width_and_texts_of_few_values_arrive_exactly()
    {
        var table = Adopt(
            "127::TINYINT AS i8, (-32768)::SMALLINT AS i16, 2147483647::INTEGER AS i32, (-9223372036854775807 - 1)::BIGINT AS i64, 255::UTINYINT AS u8, 65535::USMALLINT AS u16, "
            + "4294967295::UINTEGER AS u32, 18446744073709551615::UBIGINT AS u64, 0.1::FLOAT AS f32, 'nan'::FLOAT AS nan32, '-infinity'::DOUBLE AS inf64, "
            + "'0.5'::DECIMAL(3, 2) AS dec, 'N'::ENUM('N', 'Q') AS venue, DATE '2024-02-29' AS day, TIMESTAMPTZ '2024-02-29 10:00:00.000001+00' AS instant, TRUE AS flag");
        await using var database = await server.CreateDatabaseAsync();
        await using var tier = await database.OpenAsync();

        await tier.SyncAsync(table.TryLoad()!, 30, null, HotIndex.Btree, null, Cancellation);

        Assert.Equal(
            ["127|-32768|2147483647|-9223372036854775808|255|65535|4294967295|18446744073709551615|0.10000000149011612|NaN|-Infinity|0.50|N|2024-02-29|1709200800.000001|true"],
            await database.AskAsync("select i8, i16, i32, i64, u8, u16, u32, u64::text, f32::text, nan32::text, inf64::text, dec::text, venue, day::text, extract(epoch from instant)::text, flag::text from d"));
        Assert.Empty((await tier.VerifyAsync(table.TryLoad()!, null, Cancellation)).Problems);
    }

    [Theory]
    [InlineData("TIME '10:00:00'", "TIME")]
    [InlineData("[{'a': uuid()}]", "STRUCT(a UUID)[]")]
    [InlineData("{'a': 1, 'b': MAP {'c': 2}}", "STRUCT(a INTEGER, b MAP")]
    [InlineData("{'a\tb': 1}", "STRUCT(\"a\tb\" INTEGER)")]
    [InlineData("MAP {'a': 1}", "MAP")]
    [InlineData("'x'::BLOB", "BLOB")]
    [InlineData("uuid()", "UUID")]
    [InlineData("TIMESTAMP_NS '2024-11-01 00:00:00.000000001'", "TIMESTAMP_NS")]
    public void Types_that_a_dataset_cannot_hold_are_refused_by_column_and_type(string value, string type)
    {
        var error = Assert.Throws<StoreException>(() => Adopt($"{value} AS odd"));

        Assert.Equal(StoreErrorKind.SourceData, error.Kind);
        Assert.Contains("column 'odd' has the type " + type, error.Message, StringComparison.Ordinal);
    }

    private LakeTable Adopt(string columns)
    {
        var raw = Directory.CreateDirectory(_folder.File("raw")).FullName;
        using (var database = DuckDbDatabase.Open())
        using (var connection = database.Connect())
        {
            connection.Execute($"COPY (SELECT 'IBM' AS symbol, TIMESTAMP '2024-11-01 10:00:00' AS time, {columns}) TO {SqlText.Literal(Path.Combine(raw, "x.parquet"))} (FORMAT parquet)", Cancellation);
        }

        var table = new LakeTable(_folder.File("d"), TimeProvider.System);
        table.Adopt(raw, new AdoptRequest { SymbolColumn = "symbol", TimeColumn = "time", Rewrites = true }, Cancellation);
        return table;
    }
}
