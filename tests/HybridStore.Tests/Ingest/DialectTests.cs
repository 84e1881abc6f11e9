using System.Text;
using HybridStore.Ingest;
using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Every way to spell a CSV that a file may have: what is stored is what its author meant.</summary>
public sealed class DialectTests : IDisposable
{
    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The file, and what its rows are: all columns by their names.</summary>
    [Theory]
    [InlineData("symbol,time,v\nA,2024-11-01,1.5\nB,2024-11-02,2.25\n", "A|1.5 B|2.25")]
    [InlineData("symbol;time;v\nA;2024-11-01;1,5\nB;2024-11-02;2,25\n", "A|1.5 B|2.25")]
    [InlineData("A;2024-11-01;1,5\nB;2024-11-02;2,25\nC;2024-11-02;2,5\n", "A|1.5 B|2.25 C|2.5")]
    [InlineData("symbol\ttime\tv\nA\t2024-11-01\t1,5\nB\t2024-11-02\t2,25\n", "A|1.5 B|2.25")]
    [InlineData("symbol|time|v\nA|2024-11-01|1.5\nB|2024-11-02|2.25\n", "A|1.5 B|2.25")]
    [InlineData("symbol,time,v\nA,2024-11-01,\"1,234.5\"\nB,2024-11-02,2.25\n", "A|1234.5 B|2.25")]
    [InlineData("symbol,time,v\nA,2024-11-01,\"1,234,567\"\nB,2024-11-02,12\n", "A|1234567 B|12")]
    [InlineData("symbol;time;v\nA;2024-11-01;1.234,5\nB;2024-11-02;2,25\n", "A|1234.5 B|2.25")]
    [InlineData("symbol;time;v\nA;2024-11-01;1'234.5\nB;2024-11-02;2.25\n", "A|1234.5 B|2.25")]
    [InlineData("symbol;time;v\nA;2024-11-01;1 234,5\nB;2024-11-02;2,25\n", "A|1234.5 B|2.25")]
    [InlineData("symbol,time,v\nA,2024-11-01,\"1,234\"\nB,2024-11-02,\"5,678\"\n", "A|1,234 B|5,678")]
    [InlineData("symbol,time,v\r\nA,2024-11-01,1.5\nB,2024-11-02,2.25\r\n", "A|1.5 B|2.25")]
    [InlineData("\uFEFFsymbol,time,v\nA,2024-11-01,1.5\n", "A|1.5")]
    [InlineData("symbol,time,v\nA,2024-11-01,\"two\nlines\"\nB,2024-11-02,\"a \"\"b\"\"\"\n", "A|two\nlines B|a \"b\"")]
    [InlineData("symbol,time,v\nA,2024-11-01,\"say \\\"hi\\\", twice\"\nB,2024-11-02,\"x\"\n", "A|say \"hi\", twice B|x")]
    [InlineData("symbol,time,v\n'A',2024-11-01,'a, b'\n'B',2024-11-02,'it''s'\n", "A|a, b B|it's")]
    [InlineData("symbol,time,v\nA,2024-11-01,it's\nB,2024-11-02,'90s\n", "A|it's B|'90s")]
    [InlineData("# made by hand\n# on a Friday\nsymbol,time,v\nA,2024-11-01,1.5\n# so far\nB,2024-11-02,2.25\n", "A|1.5 B|2.25")]
    [InlineData("Report of November\nby us, for you\n\nsymbol,time,v\nA,2024-11-01,1.5\nB,2024-11-02,2.25\n", "A|1.5 B|2.25")]
    [InlineData("symbol,time,v,\nA,2024-11-01,1.5,\nB,2024-11-02,2.25,\n", "A|1.5 B|2.25")]
    [InlineData("symbol,time,v\nA,2024-11-01,1.5,\nB,2024-11-02,2.25,\n", "A|1.5 B|2.25")]
    [InlineData("symbol,time,v\nA,2024-11-01,1.5\nB,2024-11-02,NA\nC,2024-11-02,\\N\nD,2024-11-02,-\n", "A|1.5 B|null C|null D|null")]
    [InlineData("\n\nsymbol,time,v\n\nA,2024-11-01,1.5\n\n\nB,2024-11-02,2.25", "A|1.5 B|2.25")]
    [InlineData("symbol,time,v\nA, 2024-11-01 , 1.5 \nB,2024-11-02,2.25\n", "A|1.5 B|2.25")]
    public void Ingest_finds_out_how_a_file_is_spelled(string text, string rows)
    {
        _folder.Ingest(_folder.Write("a.csv", text));
        Assert.Empty(_folder.Rejects());
        Assert.Equal(rows, Stored());
    }

    [Fact]
    public void Ingest_reads_each_encoding_and_keeps_each_character()
    {
        const string text = "symbol,time,v\nÄ,2024-11-01,café “quoted” – 5 €\nB,2024-11-02,x\n";
        const string latin = "symbol,time,v\nÄ,2024-11-01,café ×÷ÿ\nB,2024-11-02,x\n";
        var windows = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
        foreach (var (name, bytes, row) in ((string, byte[], string)[])[
            ("utf8", Encoding.UTF8.GetBytes(text), "café “quoted” – 5 €"),
            ("utf16le", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)], "café “quoted” – 5 €"),
            ("utf16be", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)], "café “quoted” – 5 €"),
            ("utf16 without a mark", Encoding.Unicode.GetBytes(text.Replace("“quoted” – 5 €", "ok")), "café ok"),
            ("windows-1252", windows.GetBytes(text), "café “quoted” – 5 €"),
            ("latin-1", Encoding.Latin1.GetBytes(latin), "café ×÷ÿ")])
        {
            using var folder = new IngestFolder();
            File.WriteAllBytes(folder.File("a.csv"), bytes);
            folder.Ingest(folder.File("a.csv"));
            Assert.Equal($"{name}: Ä|{row}", $"{name}: " + IngestFolder.Ask($"select concat_ws('|', symbol, v) from {folder.Rows()} where symbol <> 'B'"));
        }
    }

    [Fact]
    public void Ingest_of_bytes_that_are_no_characters_of_the_encoding_that_is_said_fails()
    {
        File.WriteAllBytes(_folder.File("a.csv"), [.. "symbol,time,v\nA,2024-11-01,"u8, 0x81, (byte)'\n']);
        var failure = Assert.Throws<StoreException>(() => _folder.Ingest(_folder.File("a.csv")));
        Assert.Contains("neither UTF-8 nor Windows-1252", failure.Message);
        Assert.Contains("neither UTF-8 nor Windows-1252", _folder.Ingest(_folder.File("a.csv"), request => Spelled(request, new DialectOverrides { Encoding = CsvEncoding.Windows1252 })).Files[0].Error);
    }

    [Fact]
    public void Ingest_with_a_dialect_that_is_said_guesses_nothing()
    {
        var path = _folder.Write("a.csv", "junk\nmore junk\nA^2024-11-01^'it\\'s'^1.234,5^none\n%A^2024-11-01^x^1^2\nB^2024-11-02^\"y\"^7^?\n");
        _folder.Ingest(path, request => Spelled(request, new DialectOverrides
        {
            HasHeader = false, Delimiter = (byte)'^', Quote = (byte)'\'', Escape = (byte)'\\', DecimalComma = true, GroupMark = (byte)'.', SkipRows = 2, Comment = (byte)'%', NullTexts = ["none", "?"],
        }) with { SymbolColumn = "column_1", TimeColumn = "column_2" });
        Assert.Equal("A|it's|1234.5|null B|\"y\"|7.0|null", IngestFolder.Ask($"select string_agg(concat_ws('|', column_1, column_3, column_4, ifnull(column_5, 'null')), ' ' order by column_1) from {_folder.Rows()}"));
    }

    [Fact]
    public void Ingest_says_what_it_cannot_tell()
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,time,v\nA,2024-11-01,\"1,234\"\n"));
        Assert.Contains(_folder.Notes, note => note.Contains("Numbers such as 1,234 may have a decimal comma or a thousands mark, and stay text."));
        foreach (var (dialect, value) in ((DialectOverrides, string)[])[(new() { DecimalComma = true }, "1.234"), (new() { GroupMark = (byte)',' }, "1234")])
        {
            using var folder = new IngestFolder();
            folder.Ingest(folder.Write("a.csv", "symbol,time,v\nA,2024-11-01,\"1,234\"\n"), request => Spelled(request, dialect));
            Assert.Equal(value, IngestFolder.Ask($"select v from {folder.Rows()}"));
        }
    }

    [Fact]
    public void Ingest_of_duplicate_and_empty_names_gives_each_column_its_own()
    {
        _folder.Ingest(_folder.Write("a.csv", "Symbol,time, Price ,price,,PRICE_2\nA,2024-11-01,1,2,3,4\n"));
        Assert.Equal("A,1,2,3,4", IngestFolder.Ask($"select symbol, price, price_3, column_5, price_2 from {_folder.Rows()}"));
    }

    [Fact]
    public void Ingest_of_ragged_rows_keeps_each_with_its_line()
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,time,v\nA,2024-11-01,1\nB,2024-11-01\nC,2024-11-01,1,2\nD,2024-11-01,2\n\"E,2024-11-01,3\nF,2024-11-01,4\n"));
        Assert.Equal("A|1 D|2 F|4", Stored());
        Assert.Equal(
            ["3: expected 3 fields, found 2", "4: expected 3 fields, found 4", "6: expected a closing quote, found none within 67108864 bytes or before the end of the file"],
            _folder.RejectRows().Select(row => $"{row.GetProperty("line")}: {row.GetProperty("reason").GetString()}"));
    }

    [Fact]
    public void Ingest_of_10000_columns_stores_them_all()
    {
        const int columnCount = 10_000;
        var text = new StringBuilder("symbol,time");
        for (var column = 2; column < columnCount; column++) text.Append(",c").Append(column);
        for (var row = 0; row < 20; row++)
        {
            text.Append("\nA,2024-11-01 10:00:").Append(row.ToString("00"));
            for (var column = 2; column < columnCount; column++) text.Append(',').Append(column % 3 == 0 ? $"{row}.5" : $"{row * column}");
        }

        _folder.Ingest(_folder.Write("a.csv", text.Append('\n').ToString()));
        Assert.Equal(columnCount, _folder.Snapshot().Dataset.Columns.Count);
        Assert.Equal("20,19.5,19.5,189962", IngestFolder.Ask($"select count(*), max(c9), max(c9999), max(c9998) from {_folder.Rows()}"));
    }

    [Fact]
    public void Ingest_of_a_field_of_50_MB_stores_it_whole()
    {
        var path = _folder.File("a.csv");
        using (var writer = new StreamWriter(path))
        {
            writer.Write("symbol,time,v\nA,2024-11-01,\"");
            var line = new string('x', 999) + "\n";
            for (var written = 0; written < 50_000; written++) writer.Write(line);
            writer.Write("\"\nB,2024-11-01,end\n");
        }

        _folder.Ingest(path);
        Assert.Equal("A,50000000,50000\nB,3,0", IngestFolder.Ask($"select symbol, length(v), length(v) - length(replace(v, chr(10), '')) from {_folder.Rows()} order by all"));
    }

    private static IngestRequest Spelled(IngestRequest request, DialectOverrides dialect) => request with { Dialect = dialect };

    private string Stored()
    {
        var columns = _folder.Snapshot().Dataset;
        var value = columns.Columns.Single(column => column.Name != columns.SymbolColumn && column.Name != columns.TimeColumn);
        var text = value.Type.Kind == ColumnKind.Double ? $"regexp_replace({value.Name}::varchar, '\\.0$', '')" : $"{value.Name}::varchar";
        return IngestFolder.Ask($"select string_agg(concat_ws('|', {columns.SymbolColumn}, ifnull({text}, 'null')), ' ' order by {columns.SymbolColumn}) from {_folder.Rows()}");
    }
}
