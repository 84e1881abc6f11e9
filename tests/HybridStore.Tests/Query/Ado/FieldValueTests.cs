using System.Data.Common;
using System.Globalization;
using System.Numerics;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Query.Ado;

/// <summary>Values and parameters of a connection: exact, or refused.</summary>
public sealed class FieldValueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DbConnection _connection;

    public FieldValueTests() => _connection = Store.OpenOrCreate(_folder.File("store")).OpenConnection();

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string, object> Values => new()
    {
        { "true", true },
        { "-5::tinyint", (sbyte)-5 },
        { "-5::smallint", (short)-5 },
        { "-5::integer", -5 },
        { "-5::bigint", -5L },
        { "5::utinyint", (byte)5 },
        { "5::usmallint", (ushort)5 },
        { "5::uinteger", 5U },
        { "18446744073709551615::ubigint", ulong.MaxValue },
        { "'-170141183460469231731687303715884105728'::hugeint", (BigInteger)Int128.MinValue },
        { "'340282366920938463463374607431768211455'::uhugeint", (BigInteger)UInt128.MaxValue },
        { "0.1::float", 0.1f },
        { "0.1::double", 0.1 },
        { "12345678.90::decimal(10,2)", 12345678.90m },
        { "date '2024-02-29'", new DateOnly(2024, 2, 29) },
        { "time '01:02:03.004005'", new TimeOnly(1, 2, 3, 4, 5) },
        { "timestamp '2024-02-29 01:02:03.000004'", new DateTime(2024, 2, 29, 1, 2, 3, 0, 4) },
        { "timestamp_s '2024-02-29 01:02:03'", new DateTime(2024, 2, 29, 1, 2, 3) },
        { "timestamp_ns '2024-02-29 01:02:03.0000001'", new DateTime(2024, 2, 29, 1, 2, 3).AddTicks(1) },
        { "timestamptz '2024-02-29 01:02:03+02'", new DateTime(2024, 2, 28, 23, 2, 3, DateTimeKind.Utc) },
        { "interval '1 day' + interval '1 second'", new TimeSpan(1, 0, 0, 1) },
        { "'b3b4c5d6-0000-4000-8000-0123456789ab'::uuid", new Guid("b3b4c5d6-0000-4000-8000-0123456789ab") },
        { "'\\x00\\xFF'::blob", new byte[] { 0, 255 } },
        { "'it''s 日本'", "it's 日本" },
        { "'b'::enum('a', 'b')", "b" },
        { "[1, null, 3]", "[1,null,3]" },
        { "{'a': 1, 'b': 'x'}", """{"a":1,"b":"x"}""" },
        { "'1011'::bit", "1011" },
        { "timetz '01:02:03+02'", "01:02:03+02" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_has_the_columns_type_and_is_exact(string sql, object expected)
    {
        using var reader = Read($"select {sql}");
        Assert.Equal(expected.GetType(), reader.GetFieldType(0));
        var value = reader.GetValue(0);
        Assert.Equal(expected, value);
        if (expected is DateTime time) Assert.Equal(time.Kind, ((DateTime)value).Kind);
        Assert.NotEmpty(reader.GetDataTypeName(0));
        Assert.Equal(expected, reader.GetFieldValue<object>(0));
    }

    [Theory]
    [InlineData("select '12345678901234567890123456789012345678'::decimal(38,0)")]
    [InlineData("select 1e-30::decimal(38,30)")]
    [InlineData("select timestamp_ns '2024-02-29 01:02:03.000000001'")]
    [InlineData("select timestamp 'infinity'")]
    [InlineData("select interval '1 month'")]
    [InlineData("select '20000-01-01'::date")]
    public void A_value_that_its_type_cannot_hold_is_refused_and_can_be_read_as_text(string sql)
    {
        using var reader = Read(sql);
        var exception = Assert.Throws<StoreException>(() => reader.GetValue(0));
        Assert.Equal(StoreErrorKind.SourceData, exception.Kind);
        Assert.Contains(reader.GetString(0), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_typed_getter_widens_and_never_narrows()
    {
        using var reader = Read("select 300::smallint, 0.5::float, date '2024-02-29', timestamptz '2024-02-29 00:00:00+00', 1.5::double");
        Assert.Equal(300L, reader.GetInt64(0));
        Assert.Equal(300m, reader.GetDecimal(0));
        Assert.Throws<StoreException>(() => reader.GetByte(0));
        Assert.Equal(0.5, reader.GetDouble(1));
        Assert.Equal(new DateTime(2024, 2, 29), reader.GetDateTime(2));
        Assert.Equal(new DateTimeOffset(2024, 2, 29, 0, 0, 0, TimeSpan.Zero), reader.GetFieldValue<DateTimeOffset>(3));
        Assert.Contains("cannot be read as Int64", Assert.Throws<InvalidCastException>(() => reader.GetInt64(4)).Message);
        Assert.Equal("1.5", reader.GetString(4));
    }

    public static TheoryData<object, string, string> Parameters => new()
    {
        { 12345678901234567890UL, "UBIGINT", "12345678901234567890" },
        { (byte)7, "BIGINT", "7" },
        { Int128.MaxValue, "HUGEINT", "170141183460469231731687303715884105727" },
        { BigInteger.MinusOne, "HUGEINT", "-1" },
        { 0.1f, "FLOAT", "0.1" },
        { -0.0001000m, "DECIMAL(7,7)", "-.0001000" },
        { decimal.MaxValue, "DECIMAL(29,0)", "79228162514264337593543950335" },
        { new Guid("b3b4c5d6-0000-4000-8000-0123456789ab"), "VARCHAR", "b3b4c5d6-0000-4000-8000-0123456789ab" },
        { new byte[] { 0, 65 }, "BLOB", "\\x00A" },
        { new TimeOnly(1, 2, 3, 4, 5), "TIME", "01:02:03.004005" },
        { TimeSpan.FromSeconds(-90), "INTERVAL", "-00:01:30" },
        { new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(2)), "TIMESTAMP WITH TIME ZONE", "2024-02-28 23:02:03+00" },
        { DBNull.Value, "INTEGER", "" },
        { "a\0b", "VARCHAR", "a\0b" },
    };

    [Theory]
    [MemberData(nameof(Parameters))]
    public void A_parameter_arrives_exactly(object value, string type, string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "select $v";
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("v", value);
        command.Parameters.Add(parameter);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal([type, text], [reader.GetDataTypeName(0), reader.IsDBNull(0) ? "" : reader.GetString(0)]);
    }

    [Fact]
    public void A_local_time_is_no_parameter()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "select ?";
        var parameter = command.CreateParameter();
        parameter.Value = DateTime.Parse("2024-01-01T00:00:00Z", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        command.Parameters.Add(parameter);
        Assert.Contains("local DateTime", Assert.Throws<ArgumentException>(command.ExecuteScalar).Message);
    }

    private DbDataReader Read(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return reader;
    }
}
