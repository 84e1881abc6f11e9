using HybridStore.Native.Csv;
using Xunit;

namespace HybridStore.Tests.Native.Csv;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,1\nb,2\n")]
    [InlineData("a,1\nb,2")]
    [InlineData("a,1\r\nb,2\r\n")]
    [InlineData("a,1\r\nb,2")]
    [InlineData("\uFEFFa,1\nb,2\r\n")]
    [InlineData("\"a\",1\n\"b\",\"2\"\r\n")]
    public void Read_of_any_line_break_and_quoting_gives_the_same_rows(string text) =>
        Assert.Equal(["a|1", "b|2"], CsvText.Read(text, "text bigint").Rows);

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("a,b")]
    [InlineData("a,b\n")]
    [InlineData("a,b\r\n\r\n")]
    [InlineData("\n\na,b\n")]
    public void Read_of_a_file_without_rows_is_empty(string text)
    {
        var result = CsvText.Read(text, "text bigint", new CsvDialect());
        Assert.Equal(0, result.RowCount);
    }

    [Fact]
    public void Read_skips_lines_before_the_header_and_a_header_of_two_lines()
    {
        var result = CsvText.Read("made by x\nat \"y\na,\"b\nc\"\nv,1\n", "text bigint", new CsvDialect { SkipRows = 2 });
        Assert.Equal(["v|1"], result.Rows);
        Assert.Equal(5, result.LinesRead);
    }

    [Fact]
    public void Read_of_quoted_text_keeps_delimiters_line_breaks_and_doubled_quotes() =>
        Assert.Equal(["x,y\r\nz \"w\"|1", "|2", "null|3", "\"|4"], CsvText.Read("\"x,y\r\nz \"\"w\"\"\",1\n\"\",2\n,3\n\"\"\"\",4\n", "text bigint").Rows);

    [Fact]
    public void Read_of_a_quote_inside_an_unquoted_field_is_literal() =>
        Assert.Equal(["5\" pipe|1", "a\"b\"|2"], CsvText.Read("5\" pipe,1\na\"b\",2\n", "text bigint").Rows);

    [Fact]
    public void Read_with_another_escape_takes_escaped_quotes() =>
        Assert.Equal(["a\"b\\c\\n|1"], CsvText.Read("\"a\\\"b\\\\c\\n\",1\n", "text bigint", new CsvDialect { HasHeader = false, Escape = (byte)'\\' }).Rows);

    [Fact]
    public void Read_without_quotes_in_the_dialect_takes_them_literally() =>
        Assert.Equal(["\"a|1"], CsvText.Read("\"a,1\n", "text bigint", new CsvDialect { HasHeader = false, Quote = null }).Rows);

    [Fact]
    public void Read_of_ragged_rows_rejects_them_with_both_counts()
    {
        var result = CsvText.Read("a,1\nb\nc,3,x\nd,4\n", "text bigint");
        Assert.Equal(["a|1", "d|4"], result.Rows);
        Assert.Equal([CsvRejectReason.TooFewFields, CsvRejectReason.TooManyFields], result.Rejects.Select(reject => reject.Reason));
        Assert.Equal([2L, 3L], result.Rejects.Select(reject => reject.Line));
        Assert.Equal([4L, 6L], result.Rejects.Select(reject => reject.ByteOffset));
        Assert.Equal([2L, 6L], result.Rejects.Select(reject => reject.ByteCount));
        Assert.Equal("expected 2 fields, found 3", result.Rejects[1].Explanation);
        Assert.Equal("c,3,x", result.Rejects[1].RowText);
    }

    [Theory]
    [InlineData("a,1\n\"b,2\nc,3\n", CsvRejectReason.UnterminatedQuote)]
    [InlineData("a,1\n\"b,2\nc,3\n\"", CsvRejectReason.TooFewFields)]
    [InlineData("a,1\n\"b\" x,2\nc,3\n", CsvRejectReason.TextAfterQuote)]
    [InlineData("a,1\nb,\"2\nc,3\n\"\n", CsvRejectReason.LineBreakInValue)]
    [InlineData("a,1\nb,\"2\nc,\"3\"\n", CsvRejectReason.TextAfterQuote)]
    public void Read_of_a_stray_quote_costs_one_line(string text, CsvRejectReason reason)
    {
        var result = CsvText.Read(text, "text bigint");
        Assert.Equal(["a|1", "c|3"], result.Rows);
        Assert.Equal(reason, result.Rejects[0].Reason);
        Assert.Equal(2, result.Rejects[0].Line);
        Assert.DoesNotContain('\n', result.Rejects[0].RowText);
    }

    [Fact]
    public void Read_of_a_value_that_cannot_be_stored_rejects_its_row_with_all_its_lines()
    {
        var result = CsvText.Read("a,1\n\"b\nb\",x\nc,007\n", "text bigint");
        Assert.Equal(["a|1"], result.Rows);
        Assert.Equal([2L, 4L], result.Rejects.Select(reject => reject.Line));
        Assert.Equal("\"b\nb\",x", result.Rejects[0].RowText);
        Assert.Equal((1, "x", CsvRejectReason.Malformed), (result.Rejects[0].Column, result.Rejects[0].FieldText, result.Rejects[0].Reason));
        Assert.Equal("expected a whole number, found '007', which it cannot hold exactly", result.Rejects[1].Explanation);
    }

    [Fact]
    public void Read_counts_blank_lines_and_comments_apart_from_rows()
    {
        var result = CsvText.Read("# one, \"two\na,1\n\n\r\n#,\nb,2\n\n", "text bigint", new CsvDialect { HasHeader = false, Comment = (byte)'#' });
        Assert.Equal(["a|1", "b|2"], result.Rows);
        Assert.Equal((3, 2, 7), (result.BlankLineCount, result.CommentLineCount, result.LinesRead));
    }

    [Fact]
    public void Read_of_one_column_takes_a_blank_line_as_a_row_without_a_value() =>
        Assert.Equal(["1", "null", "2"], CsvText.Read("1\n\n2\n", "bigint").Rows);

    [Fact]
    public void Read_takes_null_texts_and_tells_them_from_quoted_text() =>
        Assert.Equal(
            ["null|null", "NA|null", "null|1"],
            CsvText.Read("NA,NA\n\"NA\",\"NA\"\n-,1\n", "text bigint", new CsvDialect { HasHeader = false, NullTexts = ["NA", "-"] }).Rows);

    [Fact]
    public void Read_of_text_that_is_no_UTF8_or_holds_NUL_rejects_it()
    {
        byte[] bytes = [.. "a,1\n"u8, 0xC3, (byte)',', (byte)'2', (byte)'\n', (byte)'b', 0, (byte)',', (byte)'3', (byte)'\n', .. "äöü€😀,4\n"u8];
        var result = CsvText.Read(bytes, CsvText.Specs("text bigint"));
        Assert.Equal(["a|1", "äöü€😀|4"], result.Rows);
        Assert.Equal([CsvRejectReason.InvalidUtf8, CsvRejectReason.NulByte], result.Rejects.Select(reject => reject.Reason));
    }

    [Fact]
    public void Read_of_required_columns_rejects_rows_without_a_value_or_with_an_empty_text()
    {
        CsvColumnSpec[] specs = [.. CsvText.Specs("text bigint double").Select((spec, column) => spec with { IsRequired = column < 2 })];
        var result = CsvText.Read("a,1,\n,2,\n\"\",3,\nb,,\nc,5,\n"u8.ToArray(), specs);
        Assert.Equal(["a|1|null", "c|5|null"], result.Rows);
        Assert.Equal([(2L, 0), (3L, 0), (4L, 1)], result.Rejects.Select(reject => (reject.Line, reject.Column)));
        Assert.All(result.Rejects, reject => Assert.Equal(CsvRejectReason.Missing, reject.Reason));
    }

    [Fact]
    public void Read_of_skipped_columns_still_counts_fields()
    {
        var result = CsvText.Read("a,x,1\nb,\"y,z\",2\nc,3\n", "text skip bigint");
        Assert.Equal(["a|1", "b|2"], result.Rows);
        Assert.Single(result.Rejects);
    }

    [Fact]
    public void Read_of_a_field_longer_than_the_buffer_grows_up_to_the_limit()
    {
        var wide = new string('x', 10_000);
        var options = new CsvReaderOptions { BufferBytes = 1000, RecordBytesMax = 20_000 };
        var result = CsvText.Read($"{wide},1\n{wide}{wide},2\nb,3\n\"{wide}{wide}\",4\nc,5", "text bigint", options: options);
        Assert.Equal([wide + "|1", "b|3", "c|5"], result.Rows);
        Assert.Equal([(2L, CsvRejectReason.RecordTooLong), (4L, CsvRejectReason.UnterminatedQuote)], result.Rejects.Select(reject => (reject.Line, reject.Reason)));
        Assert.Equal([20_003L, 20_005L], result.Rejects.Select(reject => reject.ByteCount));
        Assert.Equal(4096, result.Rejects[0].RowText.Length);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Read_over_many_windows_and_batches_keeps_order_and_line_numbers(int bufferBytes)
    {
        var lines = Enumerable.Range(0, 10_000).Select(i => i % 1000 == 7 ? $"bad{i}" : $"text number {i},{i}");
        var result = CsvText.Read(string.Join("\n", lines), "text bigint", options: new CsvReaderOptions { BufferBytes = bufferBytes });
        Assert.Equal(Enumerable.Range(0, 10_000).Where(i => i % 1000 != 7).Select(i => $"text number {i}|{i}"), result.Rows);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i * 1000L + 8), result.Rejects.Select(reject => reject.Line));
    }

    [Fact]
    public void Read_of_a_later_range_tells_places_in_the_file()
    {
        var options = new CsvReaderOptions { StartOffset = 1000, FirstLine = () => 50 };
        var reject = Assert.Single(CsvText.Read("a,1\nb\n", "text bigint", new CsvDialect(), options).Rejects);
        Assert.Equal((51, 1004), (reject.Line, reject.ByteOffset));
    }
}
