using System.Text;
using System.Text.Json;
using HybridStore.Cli.Output.Rows;
using HybridStore.Native.DuckDb;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Cli.Output;

public sealed class RowWriterTests : IDisposable
{
    private readonly DuckDbDatabase _database = DuckDbDatabase.Open();
    private readonly DuckDbConnection _connection;

    public RowWriterTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void Csv_quotes_what_needs_it_and_tells_null_from_empty() => Assert.Equal(
        "a,\"b,c\",d\n1,\"x,\"\"y\"\"\nz\",\n,\"\", plain \n",
        Write(RowFormat.Csv, "select * from (values (1, 'x,\"y\"' || chr(10) || 'z', null), (null, '', ' plain ')) t(a, \"b,c\", d)"));

    [Fact]
    public void Csv_reads_back_as_the_same_values()
    {
        const string query = "select i, (hash(i)::double / 7e9)::double as d, case when i % 3 = 0 then null else chr((i % 90 + 9)::int) || ',\"' || i end as s, timestamp '2024-01-01' + to_microseconds(i * 7777777) as t from range(20000) t(i)";
        using var folder = new TemporaryFolder();
        var path = folder.Write("x.csv", Write(RowFormat.Csv, query));
        using var result = _connection.Query(
            $"with a as ({query}), b as (from read_csv('{path}', header = true, quote = '\"', escape = '\"', delim = ',', new_line = '\\n', columns = {{i: 'BIGINT', d: 'DOUBLE', s: 'VARCHAR', t: 'TIMESTAMP'}})) select count(*) from ((from a except all from b) union all (from b except all from a))");
        Assert.True(result.Read());
        Assert.Equal(0, result.Chunk.Column(0).Values<long>()[0]);
    }

    [Fact]
    public void Json_is_one_array_with_distinct_keys() => Assert.Equal(
        "[\n{\"a\":1,\"a_1\":\"x\",\"q\\\"\":null},\n{\"a\":2,\"a_1\":\"y\",\"q\\\"\":[1.5]}\n]\n",
        Write(RowFormat.Json, "select * from (values (1, 'x', null), (2, 'y', [1.5])) t(a, a, \"q\"\"\")"));

    [Theory]
    [InlineData(RowFormat.Csv, "a,b\n")]
    [InlineData(RowFormat.Json, "[]\n")]
    [InlineData(RowFormat.Ndjson, "")]
    [InlineData(RowFormat.Markdown, "| a | b |\n| ---: | --- |\n")]
    [InlineData(RowFormat.Table, "a | b\n--+--\n")]
    public void A_result_without_rows_is_still_valid(object format, string expected) =>
        Assert.Equal(expected, Write((RowFormat)format, "select 1 as a, 'x' as b where false"));

    [Fact]
    public void Ndjson_is_an_object_a_line_over_many_chunks()
    {
        var lines = Write(RowFormat.Ndjson, "select i, 'row ' || i as text from range(10000) t(i)").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(10_000, lines.Length);
        for (var index = 0; index < lines.Length; index += 997)
        {
            using var json = JsonDocument.Parse(lines[index]);
            Assert.Equal(index, json.RootElement.GetProperty("i").GetInt64());
        }
    }

    [Fact]
    public void Markdown_escapes_its_own_signs() => Assert.Equal(
        "| n | a\\|b |\n| ---: | --- |\n| 1.5 | x\\|y<br>z\\\\ |\n|  |  |\n",
        Write(RowFormat.Markdown, "select * from (values (1.5, 'x|y' || chr(10) || 'z\\'), (null, null)) t(n, \"a|b\")"));

    [Fact]
    public void A_table_has_numbers_on_the_right_and_shows_nulls_and_control_characters() => Assert.Equal(
        "name     |   n | d\n---------+-----+-----------\nx\\ny\\x1b |   1 | 2024-01-01\nNULL     | 123 | NULL\n",
        Table("select * from (values ('x' || chr(10) || 'y' || chr(27), 1, date '2024-01-01'), (null, 123, null)) t(name, n, d)").Text);

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    public void A_table_fits_the_terminal(int width)
    {
        var (text, writer) = Table("select 'IBM' as symbol, timestamp '2024-01-01 09:30:00' as time, repeat('long ', 30) as note, i * 1000 as n, 1.25 as price, '日本語' as name from range(3) t(i)", width);
        foreach (var line in text.Split('\n')) Assert.True(TerminalText.Width(line) <= width, $"{TerminalText.Width(line)} cells: {line}");
        Assert.Equal(width < 80, writer.ColumnsLeftOut > 0);
    }

    [Fact]
    public void A_table_on_a_terminal_stops_at_the_limit_and_knows_it()
    {
        var (text, writer) = Table("select i from range(10) t(i)", 80, rowsMax: 4);
        Assert.Equal(6, text.TrimEnd().Split('\n').Length);
        Assert.Equal((4L, true), (writer.RowsShown, writer.LeftRowsOut));
        Assert.False(Table("select i from range(4) t(i)", 80, rowsMax: 4).Writer.LeftRowsOut);
    }

    [Fact]
    public void A_table_of_many_rows_keeps_them_all() =>
        Assert.Equal(50_002, Table("select i, 'x' as x from range(50000) t(i)").Text.TrimEnd().Split('\n').Length);

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")]
    public void Fit_cuts_by_cells(string text, int width, string expected) => Assert.Equal(expected, TerminalText.Fit(text, width));

    private string Write(RowFormat format, string sql)
    {
        using var stream = new MemoryStream();
        Copy(format.CreateWriter(stream), sql);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private (string Text, TableRowWriter Writer) Table(string sql, int? width = null, long rowsMax = long.MaxValue)
    {
        using var stream = new MemoryStream();
        var writer = new TableRowWriter(stream, width, rowsMax);
        Copy(writer, sql);
        return (Encoding.UTF8.GetString(stream.ToArray()), writer);
    }

    private void Copy(IRowWriter writer, string sql)
    {
        using var result = _connection.Query(sql);
        writer.Begin(result.Columns);
        while (result.Read() && writer.Write(result.Chunk))
        {
        }

        writer.End();
    }
}
