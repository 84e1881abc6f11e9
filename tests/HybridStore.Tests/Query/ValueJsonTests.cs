using System.Text.Json;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using Xunit;

namespace HybridStore.Tests.Query;

public sealed class ValueJsonTests
{
    [Theory]
    [InlineData("null", "null")]
    [InlineData("true", "true")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("170141183460469231731687303715884105727::hugeint", "170141183460469231731687303715884105727")]
    [InlineData("0.5::decimal(1,1)", "0.5")]
    [InlineData("-12.30::decimal(4,2)", "-12.30")]
    [InlineData("0.1::double", "0.1")]
    [InlineData("1e300::double", "1e+300")]
    [InlineData("'nan'::double", "null")]
    [InlineData("'-inf'::float", "null")]
    [InlineData("'a\"b\\c' || chr(10) || chr(1) || 'é'", "\"a\\\"b\\\\c\\n\\u0001é\"")]
    [InlineData("date '2024-11-01'", "\"2024-11-01\"")]
    [InlineData("timestamp '2024-11-01 09:30:00.5'", "\"2024-11-01T09:30:00.5\"")]
    [InlineData("timestamptz '2024-11-01 09:30:00-04'", "\"2024-11-01T13:30:00Z\"")]
    [InlineData("timestamp_ns '2024-11-01 09:30:00.000000001'", "\"2024-11-01T09:30:00.000000001\"")]
    [InlineData("time '09:30:00'", "\"09:30:00\"")]
    [InlineData("interval 90 minutes", "\"01:30:00\"")]
    [InlineData("'\\x00a\\x5C'::blob", "\"\\\\x00a\\\\x5C\"")]
    [InlineData("uuid '00000000-0000-0000-0000-000000000001'", "\"00000000-0000-0000-0000-000000000001\"")]
    [InlineData("'a\"b'::enum('a\"b')", "\"a\\\"b\"")]
    [InlineData("[1, null, 3]", "[1,null,3]")]
    [InlineData("array_value('a', null)", "[\"a\",null]")]
    [InlineData("{'a': 1, 'b\"c': [{'d': null}]}", "{\"a\":1,\"b\\\"c\":[{\"d\":null}]}")]
    [InlineData("row(1, 'x')", "[1,\"x\"]")]
    [InlineData("map {1: 'a', 2: null}", "{\"1\":\"a\",\"2\":null}")]
    [InlineData("union_value(a := 'x')", "\"x\"")]
    [InlineData("json '{\"a\": [1, 2]}'", "{\"a\": [1, 2]}")]
    public void Append_writes_json(string expression, string expected)
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        using var result = connection.Query($"select {expression}");
        Assert.True(result.Read());
        var buffer = new Utf8Buffer();
        ValueJson.Append(buffer, result.Chunk.Column(0), 0);
        Assert.Equal(expected, buffer.ToString());
        JsonDocument.Parse(buffer.ToString()).Dispose();
    }
}
