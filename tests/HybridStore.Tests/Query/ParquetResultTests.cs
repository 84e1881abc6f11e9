using HybridStore.Query;
using HybridStore.Tests.Ingest;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Query;

/// <summary>Results as Parquet: a value is what it was, or it is refused by the name of its column.</summary>
public sealed class ParquetResultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Result => _folder.File("x.parquet");

    [Theory]
    [InlineData("sum(i + 607985949695017095000 - 45) from range(10) t(i)", "DECIMAL(38,0)", "6079859496950170949595")]
    [InlineData("sum(i)::uhugeint + 9007199254740993 from range(1) t(i)", "DECIMAL(38,0)", "9007199254740993")]
    [InlineData("-99999999999999999999999999999999999999::hugeint", "DECIMAL(38,0)", "-99999999999999999999999999999999999999")]
    [InlineData("[9007199254740993::hugeint, null]", "DECIMAL(38,0)[]", "[9007199254740993, NULL]")]
    [InlineData(
        "{'hugeint': 9007199254740993::hugeint, 'a \"b': map {'x': 9007199254740993::uhugeint}}",
        "STRUCT(hugeint DECIMAL(38,0), \"a \"\"b\" MAP(VARCHAR, DECIMAL(38,0)))",
        "{'hugeint': 9007199254740993, 'a \"b': {x=9007199254740993}}")]
    [InlineData("array_value(9007199254740993::hugeint)", "DECIMAL(38,0)[]", "[9007199254740993]")]
    [InlineData("null::hugeint", "DECIMAL(38,0)", "null")]
    [InlineData("to_hours(1500)", "VARCHAR", "1500:00:00")]
    [InlineData("interval '4294967296 milliseconds'", "VARCHAR", "1193:02:47.296")]
    [InlineData("interval '-1 month 2 days -3.004005 seconds'", "VARCHAR", "-1 month 2 days -00:00:03.004005")]
    [InlineData("{'gap': [interval '3.000005 seconds']}", "STRUCT(gap VARCHAR[])", "{'gap': ['00:00:03.000005']}")]
    [InlineData("'09:30:00.000001+02'::timetz", "VARCHAR", "09:30:00.000001+02")]
    [InlineData("'0101'::bit", "VARCHAR", "0101")]
    [InlineData("'b'::enum('a', 'b', 'c')", "VARCHAR", "b")]
    [InlineData("'24:00:00'::time", "TIME", "24:00:00")]
    [InlineData("'12:00:00.123456789'::time_ns", "TIME_NS", "12:00:00.123456789")]
    [InlineData("'2024-11-01 12:00:00.123456789'::timestamp_ns", "TIMESTAMP_NS", "2024-11-01 12:00:00.123456789")]
    [InlineData("'5ae2dc5b-5b1b-4d4e-8d5a-0a1b2c3d4e5f'::uuid", "UUID", "5ae2dc5b-5b1b-4d4e-8d5a-0a1b2c3d4e5f")]
    [InlineData("18446744073709551615::ubigint", "UBIGINT", "18446744073709551615")]
    [InlineData("'123456789012345678901234567890123456789012'::bignum", "VARCHAR", "123456789012345678901234567890123456789012")]
    [InlineData("'infinity'::timestamp", "TIMESTAMP", "infinity")]
    [InlineData("'nan'::double", "DOUBLE", "nan")]
    [InlineData("'-0.0'::float", "FLOAT", "-0.0")]
    [InlineData("'{\"a\": 1}'::json", "JSON", "{\"a\": 1}")]
    public void A_value_comes_back_from_Parquet_as_it_was(string expression, string type, string text)
    {
        Write($"select {(expression.Contains(" from ", StringComparison.Ordinal) ? expression.Replace(" from ", " as v from ") : $"{expression} as v")}");
        var result = SqlText.Literal(Result);
        Assert.Equal($"{type}\n{text}", IngestFolder.Ask($"select typeof(v) from {result} union all select v::varchar from {result}"));
    }

    [Theory]
    [InlineData("select 1 as a, 100000000000000000000000000000000000000::hugeint as \"it's\"", "column 'it's': expected a whole number of at most 38 digits")]
    [InlineData("select [100000000000000000000000000000000000000::hugeint] as a", "DECIMAL(38,0)")]
    public void A_whole_number_that_Parquet_cannot_hold_is_refused(string sql, string message)
    {
        var error = Assert.Throws<StoreException>(() => Write(sql));
        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_of_an_enum_are_of_the_values_that_are_there()
    {
        Write("select 'BBB'::enum('AAA', 'BBB', 'ZZZ') as v from range(3)");
        var bounds = IngestFolder.Ask($"select stats_min_value, stats_max_value from parquet_metadata({SqlText.Literal(Result)})");
        Assert.Equal("BBB,BBB", bounds);
    }

    [Fact]
    public void Order_names_and_parameters_stay_in_a_result_that_is_cast()
    {
        Assert.Equal(100_000, Write("select -i::hugeint as a, i * $by as \"A b\", i::double as a from range(100000) t(i) order by i desc; ", ("by", 2L)));
        Assert.Equal("-99999,199998,99999.0\n-99998,199996,99998.0", IngestFolder.Ask($"from {SqlText.Literal(Result)} limit 2"));
    }

    public void Dispose() => _folder.Dispose();

    private long Write(string sql, params (string Name, object? Value)[] parameters)
    {
        using var engine = QueryEngine.Open([], new QueryOptions { OutputPath = Result });
        return engine.WriteParquet(sql, parameters.ToDictionary(one => one.Name, one => one.Value), Token);
    }
}
