using System.Text;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using Xunit;

namespace HybridStore.Tests.Native.DuckDb;

public sealed class DuckDbVectorTests : IDisposable
{
    private readonly DuckDbDatabase _database = DuckDbDatabase.Open();
    private readonly DuckDbConnection _connection;

    public DuckDbVectorTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void Values_of_every_fixed_size_type_are_those_stored()
    {
        AssertValue<bool>("true", DuckDBType.Boolean, true);
        AssertValue<sbyte>("(-128)::tinyint", DuckDBType.TinyInt, -128);
        AssertValue<short>("(-32768)::smallint", DuckDBType.SmallInt, -32768);
        AssertValue("(-2147483648)::integer", DuckDBType.Integer, int.MinValue);
        AssertValue("'-9223372036854775808'::bigint", DuckDBType.BigInt, long.MinValue);
        AssertValue("'-170141183460469231731687303715884105728'::hugeint", DuckDBType.HugeInt, Int128.MinValue);
        AssertValue("255::utinyint", DuckDBType.UnsignedTinyInt, byte.MaxValue);
        AssertValue("65535::usmallint", DuckDBType.UnsignedSmallInt, ushort.MaxValue);
        AssertValue("4294967295::uinteger", DuckDBType.UnsignedInteger, uint.MaxValue);
        AssertValue("18446744073709551615::ubigint", DuckDBType.UnsignedBigInt, ulong.MaxValue);
        AssertValue("340282366920938463463374607431768211455::uhugeint", DuckDBType.UnsignedHugeInt, UInt128.MaxValue);
        AssertValue("1.5::float", DuckDBType.Float, 1.5f);
        AssertValue("'nan'::float", DuckDBType.Float, float.NaN);
        AssertValue("'-inf'::double", DuckDBType.Double, double.NegativeInfinity);
        AssertValue("'nan'::double", DuckDBType.Double, double.NaN);
        AssertValue("date '1970-01-02'", DuckDBType.Date, 1);
        AssertValue("date 'infinity'", DuckDBType.Date, int.MaxValue);
        AssertValue("date '-infinity'", DuckDBType.Date, -int.MaxValue);
        AssertValue("time '00:00:01'", DuckDBType.Time, 1_000_000L);
        AssertValue("'00:00:01'::time_ns", DuckDbTypeInfo.TimeNs, 1_000_000_000L);
        AssertValue("timestamp '1970-01-01 00:00:01'", DuckDBType.Timestamp, 1_000_000L);
        AssertValue("timestamp 'infinity'", DuckDBType.Timestamp, long.MaxValue);
        AssertValue("timestamp '-infinity'", DuckDBType.Timestamp, -long.MaxValue);
        AssertValue("timestamp_s '1970-01-01 00:00:01'", DuckDBType.TimestampS, 1L);
        AssertValue("timestamp_ms '1970-01-01 00:00:01'", DuckDBType.TimestampMs, 1_000L);
        AssertValue("timestamp_ns '1970-01-01 00:00:01'", DuckDBType.TimestampNs, 1_000_000_000L);
        AssertValue("timestamptz '1970-01-01 00:00:01+00'", DuckDBType.TimestampTz, 1_000_000L);
    }

    [Theory]
    [InlineData("1.5::decimal(4,1)", DuckDBType.SmallInt, 4, 1)]
    [InlineData("1.5::decimal(9,1)", DuckDBType.Integer, 9, 1)]
    [InlineData("1.5::decimal(18,1)", DuckDBType.BigInt, 18, 1)]
    [InlineData("1.5::decimal(38,1)", DuckDBType.HugeInt, 38, 1)]
    public void A_decimal_is_stored_by_its_width(string expression, DuckDBType storage, int width, int scale)
    {
        using var result = One(expression);
        var column = result.Chunk.Column(0);
        Assert.Equal((DuckDBType.Decimal, storage, width, scale), (column.Type.Id, column.Type.StorageId, column.Type.Width, column.Type.Scale));
        Assert.Equal(15, (int)(storage switch
        {
            DuckDBType.SmallInt => column.Values<short>()[0],
            DuckDBType.Integer => column.Values<int>()[0],
            DuckDBType.BigInt => column.Values<long>()[0],
            _ => column.Values<Int128>()[0],
        }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("twelve bytes")]
    [InlineData("thirteen bytes")]
    [InlineData("é日本語🙂 and a long tail of plain letters")]
    public void Bytes_of_text_are_its_utf8(string text)
    {
        using var result = One($"'{text}'");
        Assert.Equal(text, Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(0)));
    }

    [Fact]
    public void Values_of_another_size_are_refused()
    {
        using var result = One("1::bigint");
        var chunk = result.Chunk;
        try
        {
            chunk.Column(0).Values<int>();
            Assert.Fail("No exception.");
        }
        catch (InvalidOperationException exception)
        {
            Assert.Contains("8 bytes", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nulls_are_where_they_were_put()
    {
        using var result = _connection.Query("select case when i % 3 = 0 then null else i end, i from range(5000) t(i)");
        var expected = 0L;
        while (result.Read())
        {
            var values = result.Chunk.Column(0);
            Assert.True(values.MayHaveNulls);
            Assert.False(result.Chunk.Column(1).MayHaveNulls);
            Assert.True(result.Chunk.Column(1).ValidityMask.IsEmpty);
            for (var row = 0; row < result.Chunk.RowCount; row++, expected++)
            {
                Assert.Equal(expected % 3 == 0, values.IsNull(row));
                Assert.Equal(expected % 3 == 0, (values.ValidityMask[row / 64] >> (row % 64) & 1) == 0);
                if (expected % 3 != 0) Assert.Equal(expected, values.Values<long>()[row]);
            }
        }

        Assert.Equal(5000, expected);
    }

    [Fact]
    public void Lists_of_lists_read_back_with_their_nulls()
    {
        using var result = One("[[1, null], [], null, [3]]::integer[][]");
        var outer = result.Chunk.Column(0);
        var (offset, length) = outer.ListEntry(0);
        Assert.Equal(4, length);
        var inner = outer.ListChild();
        Assert.True(inner.IsNull(offset + 2));
        Assert.Equal(0, inner.ListEntry(offset + 1).Length);
        var first = inner.ListEntry(offset);
        Assert.Equal(1, inner.ListChild().Values<int>()[first.Offset]);
        Assert.True(inner.ListChild().IsNull(first.Offset + 1));
        Assert.Equal(3, inner.ListChild().Values<int>()[inner.ListEntry(offset + 3).Offset]);
    }

    [Fact]
    public void Structs_maps_arrays_and_unions_read_back()
    {
        using var result = _connection.Query("select {'a': 1, 'b': 'x'}, map {'k': 2}, array_value(3, 4), union_value(n := 5), 'v'::enum('u', 'v')");
        Assert.True(result.Read());
        var chunk = result.Chunk;
        Assert.Equal(1, chunk.Column(0).StructChild(0).Values<int>()[0]);
        Assert.Equal("x"u8, chunk.Column(0).StructChild(1).Bytes(0));
        Assert.Equal(["a", "b"], chunk.Column(0).Type.Children.Select(child => child.Name));
        Assert.Equal("k"u8, chunk.Column(1).MapChild(0).Bytes(0));
        Assert.Equal(2, chunk.Column(1).MapChild(1).Values<int>()[0]);
        Assert.Equal([3, 4], chunk.Column(2).ListChild().Values<int>().ToArray());
        Assert.Equal(0, chunk.Column(3).UnionTag(0));
        Assert.Equal(5, chunk.Column(3).UnionMember(0).Values<int>()[0]);
        Assert.Equal(["u", "v"], chunk.Column(4).Type.Members);
        Assert.Equal(1, chunk.Column(4).Values<byte>()[0]);
    }

    [Theory]
    [InlineData("1::decimal(18,3)", "DECIMAL(18,3)")]
    [InlineData("[[1]]", "INTEGER[][]")]
    [InlineData("array_value(1, 2)", "INTEGER[2]")]
    [InlineData("{'a\"b': 1::bigint}", "STRUCT(\"a\"\"b\" BIGINT)")]
    [InlineData("map {'k': 1}", "MAP(VARCHAR, INTEGER)")]
    [InlineData("timestamptz '2024-01-01'", "TIMESTAMP WITH TIME ZONE")]
    [InlineData("json '1'", "JSON")]
    [InlineData("null", "INTEGER")]
    public void A_type_is_written_as_in_sql(string expression, string expected)
    {
        using var result = One(expression);
        Assert.Equal(expected, result.Columns[0].Type.ToString());
    }

    private DuckDbResult One(string expression)
    {
        var result = _connection.Query($"select {expression}");
        Assert.True(result.Read());
        Assert.Equal(1, result.Chunk.RowCount);
        return result;
    }

    private void AssertValue<T>(string expression, DuckDBType type, T expected)
        where T : unmanaged
    {
        using var result = One(expression);
        Assert.Equal(type, result.Columns[0].Type.Id);
        Assert.Equal(expected, result.Chunk.Column(0).Values<T>()[0]);
    }
}
