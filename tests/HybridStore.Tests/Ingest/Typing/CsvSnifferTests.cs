using System.Text;
using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;
using Xunit;

namespace HybridStore.Tests.Ingest.Typing;

public sealed class CsvSnifferTests
{
    [Theory]
    [InlineData("symbol,time,price\nA,2024-11-01,1.5\nB,2024-11-01,2\n", ',')]
    [InlineData("symbol;time;price\nA;2024-11-01;1,5\nB;2024-11-01;2\n", ';')]
    [InlineData("symbol\ttime\tprice\nA\t2024-11-01\t1.5\n", '\t')]
    [InlineData("symbol|time|price\nA|2024-11-01|\"1|5\"\n", '|')]
    public void Sniff_finds_the_delimiter_and_the_names(string text, char delimiter)
    {
        var source = Sniff(text);
        Assert.Equal((byte)delimiter, source.Dialect.Delimiter);
        Assert.Equal(["symbol", "time", "price"], source.ColumnNames);
        Assert.True(source.Dialect.HasHeader);
        Assert.Equal("A", source.Rows[0][0]);
    }

    [Fact]
    public void Sniff_of_semicolons_with_decimal_commas_says_so() =>
        Assert.True(Sniff("a;b\nx;1,5\ny;2\n").Dialect.DecimalComma);

    [Fact]
    public void Sniff_folds_names_and_makes_them_unique()
    {
        var source = Sniff("\uFEFFSymbol, Price ,price,,PRICE_2\nA,1,2,3,4\n");
        Assert.Equal(["symbol", "price", "price_3", "column_4", "price_2"], source.ColumnNames);
        Assert.Equal(2, source.Notes.Count);
    }

    [Theory]
    [InlineData("A,2024-11-01,1\nB,2024-11-01,2\n", false)]
    [InlineData("a,b\nx,y\nz,w\n", true)]
    [InlineData("a,b\n", true)]
    [InlineData("1,2\n", false)]
    public void Sniff_tells_a_header_from_data(string text, bool hasHeader) => Assert.Equal(hasHeader, Sniff(text).Dialect.HasHeader);

    [Fact]
    public void Sniff_without_a_header_numbers_the_columns_and_keeps_the_first_row()
    {
        var source = Sniff("A,1\nB,2\n", new DialectOverrides { HasHeader = false });
        Assert.Equal(["column_1", "column_2"], source.ColumnNames);
        Assert.Equal(2, source.Rows.Count);
    }

    [Fact]
    public void Sniff_skips_a_preamble_of_another_shape()
    {
        var source = Sniff("Report of today\nmade, by us\n\nsymbol,time,price\nA,2024-11-01,1\n");
        Assert.Equal(3, source.Dialect.SkipRows);
        Assert.Equal(["symbol", "time", "price"], source.ColumnNames);
    }

    [Fact]
    public void Sniff_takes_number_signs_for_comments_but_not_for_a_header()
    {
        Assert.Equal((byte)'#', Sniff("# a\n# b, c\nsymbol,price\nA,1\n").Dialect.Comment);
        var header = Sniff("#RIC,Price\nA,1\nB,2\n");
        Assert.Null(header.Dialect.Comment);
        Assert.Equal(["ric", "price"], header.ColumnNames);
    }

    [Theory]
    [InlineData("symbol,price,\nA,1,\nB,2,\n")]
    [InlineData("symbol,price\nA,1,\nB,2,\n")]
    public void Sniff_of_rows_that_end_in_a_delimiter_finds_no_column_behind_it(string text)
    {
        var source = Sniff(text);
        Assert.Equal(["symbol", "price"], source.ColumnNames);
        Assert.Equal(3, source.FieldCount);
    }

    [Theory]
    [InlineData("", true, false)]
    [InlineData("\n\r\n", true, false)]
    [InlineData("symbol,price", false, true)]
    [InlineData("symbol,price\n", false, true)]
    public void Sniff_tells_an_empty_file_from_one_with_a_header_only(string text, bool isEmpty, bool isHeaderOnly)
    {
        var source = Sniff(text);
        Assert.Equal((isEmpty, isHeaderOnly), (source.IsEmpty, source.IsHeaderOnly));
    }

    [Fact]
    public void Sniff_finds_other_encodings()
    {
        const string text = "symbol,price\nÄ,1\n";
        Assert.Equal(CsvEncoding.Utf16LittleEndian, CsvSniffer.Sniff([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)], true, "a.csv").Encoding);
        Assert.Equal(CsvEncoding.Utf16BigEndian, CsvSniffer.Sniff([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)], true, "a.csv").Encoding);
        Assert.Equal(CsvEncoding.Utf16LittleEndian, CsvSniffer.Sniff(Encoding.Unicode.GetBytes("symbol,price\nA,1\n"), true, "a.csv").Encoding);
        var latin = CsvSniffer.Sniff(Encoding.Latin1.GetBytes(text), true, "a.csv");
        Assert.Equal(CsvEncoding.Windows1252, latin.Encoding);
        Assert.Equal("Ä", latin.Rows[0][0]);
        Assert.Equal(CsvEncoding.Utf8, CsvSniffer.Sniff(Encoding.UTF8.GetBytes(text).AsSpan(0, 14), false, "a.csv").Encoding);
    }

    [Theory]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 0 }, "gzip")]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 5 }, "zip")]
    [InlineData(new byte[] { 0, 1, 2, 3, 4, 5, 250, 200 }, "binary")]
    [InlineData(new byte[] { 65, 13, 66, 13 }, "CR alone")]
    [InlineData(new byte[] { 65, 44, 0x93, 66, 0x81, 10 }, "neither UTF-8 nor Windows-1252")]
    public void Sniff_of_what_is_no_CSV_says_what_it_is(byte[] bytes, string word)
    {
        var exception = Assert.Throws<StoreException>(() => CsvSniffer.Sniff(bytes, true, "a.csv"));
        Assert.Equal(StoreErrorKind.SourceData, exception.Kind);
        Assert.Contains(word, exception.Message);
        Assert.StartsWith("a.csv: expected CSV text", exception.Message);
    }

    private static SniffedSource Sniff(string text, DialectOverrides? overrides = null) => CsvSniffer.Sniff(Encoding.UTF8.GetBytes(text), true, "a.csv", overrides);
}
