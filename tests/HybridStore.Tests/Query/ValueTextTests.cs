using HybridStore.Native.DuckDb;
using HybridStore.Query;
using Xunit;

namespace HybridStore.Tests.Query;

/// <summary>DuckDB itself is the judge: every value is read back beside its own cast to text.</summary>
public sealed class ValueTextTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("unnest([-128, 0, 127, null]::tinyint[])")]
    [InlineData("unnest([-32768, 32767]::smallint[])")]
    [InlineData("unnest([-2147483648, 2147483647]::integer[])")]
    [InlineData("unnest(['-9223372036854775808', '9223372036854775807']::bigint[])")]
    [InlineData("unnest(['-170141183460469231731687303715884105728', '170141183460469231731687303715884105727', '0']::hugeint[])")]
    [InlineData("unnest([0, 255]::utinyint[])")]
    [InlineData("unnest([0, 65535]::usmallint[])")]
    [InlineData("unnest([0, 4294967295]::uinteger[])")]
    [InlineData("unnest([0, 18446744073709551615]::ubigint[])")]
    [InlineData("340282366920938463463374607431768211455::uhugeint")]
    [InlineData("unnest(['0', '-0', '1', '0.1', '-1e-5', '1e-4', '0.00012345', '123456789', '1e15', '1e16', 'nan', 'inf', '-inf', '3.4028235e38', '1e-45', '100']::float[])")]
    [InlineData("unnest(['0', '-0.0', '1', '0.1', '1e-5', '1e-4', '0.00010001', '1e15', '1e16', '9999999999999998', '1234567890123456.0', '123456789012345680', '1.7976931348623157e308', '5e-324', 'nan', '-inf', '1e22', '1e21', '12345678.9']::double[])")]
    [InlineData("unnest(['0.5', '-0.5', '-0.1', '0']::decimal(1,1)[])")]
    [InlineData("unnest(['0.005', '-0.5', '12.3', '99.999']::decimal(5,3)[])")]
    [InlineData("unnest(['1', '-12345678.9']::decimal(9,1)[])")]
    [InlineData("unnest(['-123456789012345.678', '0.001', '0']::decimal(18,3)[])")]
    [InlineData("unnest(['-12345678901234567890123456.789012345678', '0.000000000001']::decimal(38,12)[])")]
    [InlineData("99999999999999999999999999999999999999::decimal(38,0)")]
    [InlineData("0.00000000000000000000000000000000000001::decimal(38,38)")]
    [InlineData("unnest(['2024-02-29', '0001-01-01', '0001-12-31 (BC)', '0044-03-15 (BC)', '5877642-06-25 (BC)', '9999-12-31', '10000-01-01', 'infinity', '-infinity', '1969-12-31']::date[])")]
    [InlineData("unnest(['00:00:00', '12:34:56.7', '23:59:59.999999', '24:00:00', '00:00:00.000001']::time[])")]
    [InlineData("unnest(['00:00:00', '12:34:56.7', '23:59:59.999999999', '00:00:00.000000001']::time_ns[])")]
    [InlineData("unnest(['12:00:00+00', '12:00:00.5+05:30', '01:00:00-08', '12:00:00+15:59:59', '12:00:00-15:59:59', '24:00:00-00:01']::timetz[])")]
    [InlineData("unnest(['2024-01-01 00:00:00', '1969-12-31 23:59:59.999999', '2024-01-01 00:00:00.12', 'infinity', '-infinity', '10000-01-01']::timestamp[])")]
    [InlineData("make_timestamp(-1000000000000000000)")]
    [InlineData("unnest(['2024-01-01 00:00:00', '1969-12-31 23:59:59', 'infinity']::timestamp_s[])")]
    [InlineData("unnest(['2024-01-01 00:00:00.1', '1969-12-31 23:59:59.999', '-infinity']::timestamp_ms[])")]
    [InlineData("unnest(['2024-01-01 00:00:00.1', '1969-12-31 23:59:59.999999999', 'infinity', '-infinity', '2024-01-01 00:00:00.12345']::timestamp_ns[])")]
    [InlineData("unnest(['2024-01-01 00:00:00+00', '2024-07-01 00:00:00.5-04', 'infinity', '-infinity']::timestamptz[])")]
    [InlineData("make_timestamptz(-62135596800000001)")]
    [InlineData("unnest([interval '1 year 2 months -3 days 01:02:03.5', interval '-1 month', interval '0 day', interval '-100 hours -0.5 seconds', interval '25 months 1 day', to_microseconds(-9223372036854775808), to_months(-13) + to_days(1)])")]
    [InlineData("unnest(['', 'short', 'longer than twelve bytes', 'é', '日本語日本語日本語', 'emoji 🙂', null, 'x' || chr(10)])")]
    [InlineData("unnest(['\\x00\\xFFabc', '', 'with space ''\"\\x5C', 'longer than twelve bytes']::blob[])")]
    [InlineData("unnest(['0', '1', '0101', '000000001', '1111111100000000', '110101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101']::bit[])")]
    [InlineData("unnest(['f0000000-0000-0000-0000-00000000000a', '00112233-4455-6677-8899-aabbccddeeff', 'ffffffff-ffff-ffff-ffff-ffffffffffff']::uuid[])")]
    [InlineData("unnest(['b', 'a', null]::enum('a', 'b')[])")]
    [InlineData("(select x::enum('v', 'w') from (values ('w'), (null), ('v')) t(x) limit 1)")]
    [InlineData("unnest(['0', '-1', '1', '-256', '123456789012345678901234567890123456789012345678901234567890', '-98765432109876543210987654321098765432109876543210']::bignum[])")]
    [InlineData("null")]
    public void Append_of_plain_types_is_the_cast_to_text(string expression) => AssertAsCast(expression);

    [Theory]
    [InlineData("[1, null, 3]")]
    [InlineData("[]")]
    [InlineData("[[1], [], null, [null]]")]
    [InlineData("['a', 'b,c', null, '', 'null', 'NULL', ' x', 'x ', 'd''e', 'f\"g', '[', ']', '{', '}', 'a\\b', '(', ')', ':', '=', 'a b', 'é', 'a\\,b', 'a\\''b', 'x\\']")]
    [InlineData("['x' || chr(10), 'a' || chr(10) || 'b', chr(9), chr(11) || 'x', chr(160) || 'x', '-', ';', '/']")]
    [InlineData("['b,c'::enum('b,c', 'NULL'), 'NULL'::enum('b,c', 'NULL'), null]")]
    [InlineData("[interval 1 day, interval '1 day 1 hour', interval 1 month]")]
    [InlineData("['\\x00'::blob, 'a b'::blob, ''::blob, ''''::blob, ','::blob]")]
    [InlineData("[timestamp '2024-01-01 00:00:00', timestamp 'infinity', null]")]
    [InlineData("[time '01:02:03']::timetz[]")]
    [InlineData("[1e20, 'nan'::double, 'inf'::double]")]
    [InlineData("[1.5::decimal(4,2), -0.25::decimal(4,2)]")]
    [InlineData("['-5'::bignum]")]
    [InlineData("[uuid '00000000-0000-0000-0000-000000000001']")]
    [InlineData("array_value('a b', null, 'c,d', ' ')")]
    [InlineData("unnest([array_value(1, 2), array_value(3, null), null])")]
    [InlineData("array_value([1, 2], null)")]
    [InlineData("{'a': 1, 'b c': 'x y', 'd\"e': null, 'f''g': '', 'h,i': 2.5}")]
    [InlineData("{'t': timestamp '2024-01-01', 'd': date '2024-01-01', 'b': '0101'::bit}")]
    [InlineData("{'a': {'b': {'c': [1, null]}}}")]
    [InlineData("row(1, 'a', null, ' x', 'a:b')")]
    [InlineData("unnest([{'a': 1, 'b': 'x'}, null, {'a': null, 'b': 'y'}])")]
    [InlineData("map {'k': 1, 'x y': null, 'a=b': 3, 'q''r': 4, '': 5}")]
    [InlineData("map {1: 'a=b', 2: null, 3: ''}")]
    [InlineData("map {{'a': 1}: ['b', 'c d']}")]
    [InlineData("unnest([map {'a': 1}, map {}, null, map {'b': 2, 'c': 3}])")]
    [InlineData("union_value(num := 2)")]
    [InlineData("unnest([union_value(num := 2), null]::union(num integer, name varchar)[])")]
    [InlineData("['x y,z'::union(num integer, name varchar), 3::union(num integer, name varchar)]")]
    [InlineData("[union_value(a := null::integer)]")]
    [InlineData("{'u': union_value(a := 'x:y')}")]
    [InlineData("[json '\"a b\"', json '{\"a\":[1, 2]}', null, json 'null']")]
    [InlineData("{'j': json '[1,2]', 'k': json '3'}")]
    [InlineData("[{'a': [map {'k': [1, 2]}]}]")]
    public void Append_of_nested_types_is_the_cast_to_text(string expression) => AssertAsCast(expression);

    [Theory]
    [InlineData("(hash(i)::hugeint - 9223372036854775808)::bigint")]
    [InlineData("(hash(i)::double - 9.2e18) * power(10, (i % 300)::int - 170)")]
    [InlineData("((hash(i) % 1000000000)::double / power(10, (i % 14)::int))")]
    [InlineData("(((hash(i) % 1000000)::float / 1000) * power(10, (i % 40)::int - 20)::float)::float")]
    [InlineData("(hash(i) // 50)::double")]
    [InlineData("hash(i)::float")]
    [InlineData("(hash(i) // power(2, i % 40)::bigint)::float")]
    [InlineData("((hash(i) % 100000000)::bigint - 50000000)::decimal(18, 4) / 10000")]
    [InlineData("make_date((hash(i) % 4000000)::int - 2000000)")]
    [InlineData("make_timestamp((hash(i) // 4)::bigint - 2305843009213693952)")]
    [InlineData("make_timestamp_ns((hash(i) // 2)::bigint - 4611686018427387904)")]
    [InlineData("to_microseconds((hash(i) // 2)::bigint - 4611686018427387904) + to_days((hash(i + 1) % 1000)::int - 500) + to_months((hash(i + 2) % 1000)::int - 500)")]
    [InlineData("md5(i::varchar)::uuid")]
    [InlineData("encode(md5(i::varchar) || chr((i % 3000)::int + 1))")]
    [InlineData("(hash(i)::hugeint * (hash(i + 1) // 3)::hugeint) * (case when i % 2 = 0 then 1 else -1 end)")]
    [InlineData("case when i % 3 = 0 then null else chr((i % 128)::int + 1) || (i % 7)::varchar end")]
    [InlineData("[case when i % 3 = 0 then null else chr((i % 128)::int + 1) || (i % 7)::varchar || chr((i % 61)::int + 1) end, 'x']")]
    public void Append_of_many_values_is_the_cast_to_text(string expression) =>
        AssertAsCast(expression, "from range(200000) t(i)");

    [Fact]
    public void Of_a_type_without_text_says_so()
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        using var result = connection.Query("select 1::variant as v");
        Assert.True(result.Read());
        try
        {
            ValueText.Of(result.Chunk.Column(0), 0);
            Assert.Fail("No exception.");
        }
        catch (StoreException exception)
        {
            Assert.Equal(StoreErrorKind.Usage, exception.Kind);
        }
    }

    private static void AssertAsCast(string expression, string from = "")
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        using var result = connection.Query($"select v, v::varchar from (select {expression} as v {from})");
        var rows = 0;
        while (result.Read())
        {
            var values = result.Chunk.Column(0);
            var casts = result.Chunk.Column(1);
            for (var row = 0; row < result.Chunk.RowCount; row++, rows++)
            {
                Assert.Equal(casts.IsNull(row) ? null : System.Text.Encoding.UTF8.GetString(casts.Bytes(row)), ValueText.Of(values, row));
            }
        }

        Assert.True(rows > 0);
    }
}
