using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest.Typing;

public sealed class ColumnTyperTests
{
    private static readonly CsvDialect Dialect = new();

    [Theory]
    [InlineData("BIGINT", "1", "-5", "")]
    [InlineData("VARCHAR", "1", "007")]
    [InlineData("DOUBLE", "1", "10.75")]
    [InlineData("DOUBLE", "1e5", "NaN")]
    [InlineData("DECIMAL(38,0)", "1", "9223372036854775808")]
    [InlineData("DECIMAL(18,17)", "0.12345678901234567", "1")]
    [InlineData("DECIMAL(38,20)", "0.12345678901234567891", "100")]
    [InlineData("VARCHAR", "1", "x")]
    [InlineData("VARCHAR", "1e400", "1")]
    [InlineData("BOOLEAN", "true", "False")]
    [InlineData("DATE", "2024-11-01", "2024-11-02")]
    [InlineData("TIMESTAMP", "2024-11-01", "2024-11-02 13:45")]
    [InlineData("TIMESTAMP WITH TIME ZONE", "2024-11-01T00:00:00Z", "2024-11-02T00:00:00+01:00")]
    [InlineData("VARCHAR", "2024-11-01", "2024-11-02T00:00:00Z")]
    [InlineData("DATE", "13/11/2024", "1/2/2024")]
    [InlineData("VARCHAR", "13/11/2024", "11/13/2024")]
    [InlineData("TIMESTAMP", "20241101 170000065", "20241102 093000")]
    [InlineData("VARCHAR", "", "")]
    [InlineData("BIGINT", "1", "NA", "N/A")]
    [InlineData("VARCHAR", "NA", "NULL")]
    public void Type_is_the_narrowest_that_holds_every_value(string type, params string[] texts)
    {
        var column = ColumnTyper.Type("c", texts, Dialect);
        Assert.Equal(type, column.Type.ToSql());
        Assert.All(texts.Where(text => text.Length > 0 && column.NullTexts?.Contains(text) != true), text =>
            Assert.Equal(CsvRejectReason.None, CsvValue.Check(System.Text.Encoding.UTF8.GetBytes(text), column.ToSpec(Dialect), Dialect)));
    }

    [Theory]
    [InlineData(CsvTimeFormat.Compact, "20241101", "20241102")]
    [InlineData(CsvTimeFormat.EpochSeconds, "1730480400", "1730480401")]
    [InlineData(CsvTimeFormat.EpochMilliseconds, "1730480400000")]
    [InlineData(CsvTimeFormat.EpochMicroseconds, "1730480400000000")]
    [InlineData(CsvTimeFormat.EpochNanoseconds, "1730480400000000000")]
    [InlineData(null, "17", "18")]
    [InlineData(null, "1730480400", "1730480400000")]
    public void Type_of_whole_numbers_says_what_time_they_could_be(CsvTimeFormat? format, params string[] texts) =>
        Assert.Equal(format, ColumnTyper.Type("c", texts, Dialect).AsTime?.Format);

    [Fact]
    public void Type_of_days_and_months_that_could_be_either_is_ambiguous()
    {
        Assert.True(ColumnTyper.Type("c", ["1/2/2024", "11/12/2024"], Dialect).IsAmbiguous);
        Assert.Equal(CsvTimeFormat.MonthDayYear, ColumnTyper.Type("c", ["1/2/2024", "11/13/2024"], Dialect).TimeFormat);
    }

    [Theory]
    [InlineData("BIGINT", "10.75", "DOUBLE")]
    [InlineData("BIGINT", "9223372036854775808", "DECIMAL(38,0)")]
    [InlineData("BIGINT", "007", "VARCHAR")]
    [InlineData("BIGINT", "n/a?", null)]
    [InlineData("DOUBLE", "0.12345678901234567", "DECIMAL(38,18)")]
    [InlineData("DOUBLE", "1e400", null)]
    [InlineData("DECIMAL(18,2)", "1.005", "DECIMAL(19,3)")]
    [InlineData("DECIMAL(38,18)", "123456789012345678901234567890", "VARCHAR")]
    [InlineData("DATE", "2024-11-01 13:45", "TIMESTAMP")]
    [InlineData("DATE", "2024-11-31", null)]
    [InlineData("TIMESTAMP", "2024-11-01 13:45:00.1234567", null)]
    public void Widen_finds_what_also_holds_the_value_or_leaves_it_to_quarantine(string type, string text, string? expected)
    {
        var column = new TypedColumn("c", ColumnType.Parse(type));
        Assert.Equal(expected, ColumnTyper.Widen(column, text, Dialect)?.Type.ToSql());
    }

    [Fact]
    public void Widen_with_a_spelling_of_no_value_keeps_the_type()
    {
        var column = ColumnTyper.Widen(new TypedColumn("c", new ColumnType(ColumnKind.Double)), "N/A", Dialect);
        Assert.Equal((ColumnKind.Double, "N/A"), (column!.Type.Kind, column.NullTexts!.Single()));
    }

    [Fact]
    public void Widen_again_and_again_ends()
    {
        var random = new Random(5);
        string[] texts = ["1", "1.5", "007", "1e400", "NaN", "9223372036854775808", "0.123456789012345678", "123456789012345678901234567890", "x", "NA", "1e30"];
        for (var round = 0; round < 200; round++)
        {
            var column = new TypedColumn("c", new ColumnType(ColumnKind.BigInt));
            var steps = 0;
            for (var i = 0; i < 100; i++)
            {
                var text = texts[random.Next(texts.Length)];
                if (ColumnTyper.Holds(column.Type, CsvTimeFormat.Iso, text, Dialect) || column.NullTexts?.Contains(text) == true) continue;
                if (ColumnTyper.Widen(column, text, Dialect) is not { } wider) continue;
                column = wider;
                Assert.True(++steps < 8);
            }
        }
    }

    [Fact]
    public void Fit_finds_the_spelling_of_a_known_type()
    {
        Assert.Equal(CsvTimeFormat.Compact, ColumnTyper.Fit("c", new ColumnType(ColumnKind.Date), ["20241101", "NULL"], Dialect).TimeFormat);
        Assert.Equal(CsvTimeFormat.EpochMilliseconds, ColumnTyper.Fit("c", new ColumnType(ColumnKind.TimestampTz), ["1730480400000"], Dialect).TimeFormat);
        Assert.Equal(CsvTimeFormat.Iso, ColumnTyper.Fit("c", new ColumnType(ColumnKind.Timestamp), ["2024-11-01 17:00"], Dialect).TimeFormat);
        Assert.True(ColumnTyper.Fit("c", new ColumnType(ColumnKind.Date), ["1/2/2024"], Dialect).IsAmbiguous);
    }

    [Fact]
    public void Widen_to_text_takes_back_the_spellings_of_no_value()
    {
        var numbers = ColumnTyper.Type("v", ["1", "2", "None"], new CsvDialect());
        Assert.Equal(["None"], numbers.NullTexts);
        var texts = ColumnTyper.Widen(numbers, "007", new CsvDialect());
        Assert.Equal(ColumnKind.Varchar, texts!.Type.Kind);
        Assert.Null(texts.NullTexts);
    }
}
