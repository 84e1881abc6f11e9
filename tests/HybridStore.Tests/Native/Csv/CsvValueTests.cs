using System.Text;
using HybridStore.Native.Csv;
using Xunit;

namespace HybridStore.Tests.Native.Csv;

public sealed class CsvValueTests
{
    private const CsvRejectReason Malformed = CsvRejectReason.Malformed;
    private const CsvRejectReason OutOfRange = CsvRejectReason.OutOfRange;
    private const CsvRejectReason NotExact = CsvRejectReason.NotExact;
    private const CsvRejectReason NoSuchTime = CsvRejectReason.NoSuchTime;

    [Theory]
    [InlineData("bigint", "0", "0")]
    [InlineData("bigint", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("bigint", "9223372036854775807", "9223372036854775807")]
    [InlineData("bigint", "+5", "5")]
    [InlineData("bigint", " 5\t", "5")]
    [InlineData("bigint", "5.00", "5")]
    [InlineData("double", "49.4100", "49.41")]
    [InlineData("double", ".5", "0.5")]
    [InlineData("double", "5.", "5")]
    [InlineData("double", "-0.0", "-0")]
    [InlineData("double", "1e5", "100000")]
    [InlineData("double", "1.5E-7", "1.5E-07")]
    [InlineData("double", "0.30000000000000004", "0.30000000000000004")]
    [InlineData("double", "12345678901234567000", "1.2345678901234567E+19")]
    [InlineData("double", "1.7976931348623157e308", "1.7976931348623157E+308")]
    [InlineData("double", "5e-324", "5E-324")]
    [InlineData("double", "49.410000000000000000000000", "49.41")]
    [InlineData("double", "NaN", "NaN")]
    [InlineData("double", "-inf", "-Infinity")]
    [InlineData("double", "Infinity", "Infinity")]
    [InlineData("decimal(9,2)", "1234567.89", "123456789")]
    [InlineData("decimal(9,2)", "-1.5", "-150")]
    [InlineData("decimal(9,2)", "1.500", "150")]
    [InlineData("decimal(9,2)", "1.5e3", "150000")]
    [InlineData("decimal(38,0)", "99999999999999999999999999999999999999", "99999999999999999999999999999999999999")]
    [InlineData("decimal(38,20)", "-123456789012345678.12345678901234567890", "-12345678901234567812345678901234567890")]
    [InlineData("boolean", "TRUE", "1")]
    [InlineData("boolean", "n", "0")]
    [InlineData("date", "2024-02-29", "2024-02-29")]
    [InlineData("date", "2024/2/9", "2024-02-09")]
    [InlineData("date", "0001-01-01", "0001-01-01")]
    [InlineData("date", "9999-12-31", "9999-12-31")]
    [InlineData("date:compact", "20241101", "2024-11-01")]
    [InlineData("date:daymonthyear", "1/11/2024", "2024-11-01")]
    [InlineData("date:monthdayyear", "11-01-2024", "2024-11-01")]
    [InlineData("timestamp", "2013-10-07 04:00:00.152", "2013-10-07 04:00:00.152000")]
    [InlineData("timestamp", "2013-10-07T04:00:00", "2013-10-07 04:00:00.000000")]
    [InlineData("timestamp", "2013-10-07 4:05", "2013-10-07 04:05:00.000000")]
    [InlineData("timestamp", "2013-10-07", "2013-10-07 00:00:00.000000")]
    [InlineData("timestamp", "1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999")]
    [InlineData("timestamp", "2024-11-01 17:00:00.123456000", "2024-11-01 17:00:00.123456")]
    [InlineData("timestamp", "2024-11-01 24:00", "2024-11-02 00:00:00.000000")]
    [InlineData("timestamp", "2024-11-01 12:30 AM", "2024-11-01 00:30:00.000000")]
    [InlineData("timestamp:compact", "20241101 170000065", "2024-11-01 17:00:00.065000")]
    [InlineData("timestamp:compact", "20241101170000", "2024-11-01 17:00:00.000000")]
    [InlineData("timestamp:compact", "20241101-17:00:00.123", "2024-11-01 17:00:00.123000")]
    [InlineData("timestamp:monthdayyear", "11/1/2024 5:00:00 PM", "2024-11-01 17:00:00.000000")]
    [InlineData("timestamp:daymonthyear", "01.11.2024 17:00", "2024-11-01 17:00:00.000000")]
    [InlineData("timestamptz", "2024-11-01 17:00:00Z", "2024-11-01 17:00:00.000000")]
    [InlineData("timestamptz", "2024-11-01T17:00:00.5+05:30", "2024-11-01 11:30:00.500000")]
    [InlineData("timestamptz", "2024-11-01 17:00:00-0400", "2024-11-01 21:00:00.000000")]
    [InlineData("timestamptz", "2024-11-01 17:00:00+00", "2024-11-01 17:00:00.000000")]
    [InlineData("timestamptz", "2024-11-01 17:00:00 UTC", "2024-11-01 17:00:00.000000")]
    [InlineData("timestamptz:epochseconds", "1730480400", "2024-11-01 17:00:00.000000")]
    [InlineData("timestamptz:epochseconds", "1730480400.25", "2024-11-01 17:00:00.250000")]
    [InlineData("timestamptz:epochmilliseconds", "-1", "1969-12-31 23:59:59.999000")]
    [InlineData("timestamptz:epochmicroseconds", "1730480400000001", "2024-11-01 17:00:00.000001")]
    [InlineData("timestamptz:epochnanoseconds", "1730480400000001000", "2024-11-01 17:00:00.000001")]
    public void Read_of_a_value_stores_what_the_text_says(string kind, string text, string expected) =>
        Assert.Equal([expected], CsvText.Read($"\"{text}\"\n", kind).Rows);

    [Theory]
    [InlineData("bigint", "007", NotExact)]
    [InlineData("bigint", "-0", NotExact)]
    [InlineData("bigint", "10.75", NotExact)]
    [InlineData("bigint", "9223372036854775808", OutOfRange)]
    [InlineData("bigint", "-9223372036854775809", OutOfRange)]
    [InlineData("bigint", "1e3", Malformed)]
    [InlineData("bigint", "1_000", Malformed)]
    [InlineData("bigint", "1,000", Malformed)]
    [InlineData("bigint", "--5", Malformed)]
    [InlineData("bigint", "5 5", Malformed)]
    [InlineData("bigint", "\0", Malformed)]
    [InlineData("double", "1e400", OutOfRange)]
    [InlineData("double", "1e-400", NotExact)]
    [InlineData("double", "123456789012345678000", NotExact)]
    [InlineData("double", "007.5", NotExact)]
    [InlineData("double", "9007199254740993", NotExact)]
    [InlineData("double", "0.1000000000000000055511151231257827", NotExact)]
    [InlineData("double", "1.2345678901234567890", NotExact)]
    [InlineData("double", "4.9406564584124654e-324", NotExact)]
    [InlineData("double", ".", Malformed)]
    [InlineData("double", "e5", Malformed)]
    [InlineData("double", "1e", Malformed)]
    [InlineData("double", "1.2.3", Malformed)]
    [InlineData("double", "-NaN", Malformed)]
    [InlineData("double", "0x10", Malformed)]
    [InlineData("decimal(9,2)", "12345678.9", OutOfRange)]
    [InlineData("decimal(9,2)", "1.005", NotExact)]
    [InlineData("decimal(9,2)", "-0.00", NotExact)]
    [InlineData("boolean", "2", Malformed)]
    [InlineData("date", "2023-02-29", NoSuchTime)]
    [InlineData("date", "2024-13-01", NoSuchTime)]
    [InlineData("date", "0000-01-01", NoSuchTime)]
    [InlineData("date", "2024-11-01 13:45", Malformed)]
    [InlineData("date", "2024-11/01", Malformed)]
    [InlineData("date", "24-11-01", Malformed)]
    [InlineData("timestamp", "2024-11-01 17:00:00.1234567", NotExact)]
    [InlineData("timestamp", "2024-11-01 17:00:00.1234560001", NotExact)]
    [InlineData("timestamp", "2024-11-01 17:00:00.1234567x", Malformed)]
    [InlineData("timestamp", "2024-11-01 24:01", NoSuchTime)]
    [InlineData("timestamp", "2024-11-01 23:60", NoSuchTime)]
    [InlineData("timestamp", "2024-11-01 23:59:60", NoSuchTime)]
    [InlineData("timestamp", "2024-11-01 13:00 PM", NoSuchTime)]
    [InlineData("timestamp", "2024-11-01 17:00Z", CsvRejectReason.HasZone)]
    [InlineData("timestamp", "2024-11-01 17", Malformed)]
    [InlineData("timestamp", "9999-12-31 24:00", OutOfRange)]
    [InlineData("timestamptz", "2024-11-01 17:00", CsvRejectReason.NoZone)]
    [InlineData("timestamptz", "2024-11-01 17:00+16:00", Malformed)]
    [InlineData("timestamptz", "0001-01-01 00:00+01", OutOfRange)]
    [InlineData("timestamptz:epochnanoseconds", "1730480400000000001", NotExact)]
    [InlineData("timestamptz:epochseconds", "99999999999999", OutOfRange)]
    public void Read_of_a_value_that_would_not_survive_rejects_it(string kind, string text, CsvRejectReason reason)
    {
        var result = CsvText.Read($"\"{text}\"\n", kind);
        Assert.Empty(result.Rows);
        Assert.Equal(reason, result.Rejects[0].Reason);
        Assert.Equal(reason, CsvValue.Check(Encoding.UTF8.GetBytes(text), CsvText.Specs(kind)[0], new CsvDialect()));
    }

    [Fact]
    public void Read_with_decimal_comma_and_group_mark_takes_both()
    {
        var dialect = new CsvDialect { HasHeader = false, Delimiter = (byte)';', DecimalComma = true, GroupMark = (byte)'.' };
        var result = CsvText.Read("1.234,5;1.000\n1234,5;12.34\n,5;1\n", "double bigint", dialect);
        Assert.Equal(["1234.5|1000", "0.5|1"], result.Rows);
        Assert.Equal(2, result.Rejects[0].Line);
    }

    [Fact]
    public void ToDouble_of_random_texts_gives_doubles_that_spell_the_same_digits()
    {
        var random = new Random(42);
        for (var i = 0; i < 100_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64());
            if (!double.IsFinite(value)) continue;
            var shortest = value.ToString("R");
            var result = CsvValue.Check(Encoding.ASCII.GetBytes(shortest), new CsvColumnSpec("c", CsvValueKind.Double), new CsvDialect());
            Assert.True(result == CsvRejectReason.None, shortest);
        }
    }
}
