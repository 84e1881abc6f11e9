using HybridStore.Ingest.Workbooks;
using HybridStore.Native.Csv;
using Xunit;

namespace HybridStore.Tests.Ingest.Workbooks;

public sealed class WorkbookTests : IDisposable
{
    private static readonly object?[] Header = ["symbol", "time", "price", "note"];

    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ingest_of_a_workbook_stores_what_its_cells_hold()
    {
        var path = Make(book => book.Sheet("Prices",
        [
            Header,
            ["A", new DateTime(2024, 11, 1, 9, 30, 0), 0.1, "plain"],
            ["007", new DateTime(2024, 11, 1, 9, 30, 0, 250), 12345678.25, "two\nlines, \"quoted\""],
            [],
            ["B", new DateTime(2024, 11, 2), -1e-7, null],
            ["C", new DateTime(2024, 2, 29, 23, 59, 59), 9007199254740991d, "ä€😀"],
        ]));
        var report = _folder.Ingest(path);
        Assert.Equal($"{path}!Prices", Assert.Single(report.Files).Path);
        Assert.Equal(
            "A|2024-11-01 09:30:00|0.1|plain;007|2024-11-01 09:30:00.25|12345678.25|two\nlines, \"quoted\";B|2024-11-02 00:00:00|-1e-07|null;C|2024-02-29 23:59:59|9007199254740991.0|ä€😀",
            IngestFolder.Ask($"select string_agg(concat_ws('|', symbol, time, price, ifnull(note, 'null')), ';' order by array_position(['A','007','B','C'], symbol)) from {_folder.Rows()}"));
    }

    [Fact]
    public void Ingest_tells_a_rejected_row_by_its_number_in_the_sheet()
    {
        var path = Make(book => book.Sheet("S", [Header, ["A", new DateTime(2024, 11, 1), 1, "a\nb\nc"], [], ["A", new DateTime(2024, 11, 2), "soon", null], ["A", new DateTime(2024, 11, 3), 2, null]]));
        _folder.Ingest(path, request => request with { ColumnTypes = new Dictionary<string, HybridStore.Schema.ColumnType> { ["price"] = new(HybridStore.Schema.ColumnKind.Double) } });
        var reject = Assert.Single(_folder.Rejects());
        Assert.Contains($"\"file\":\"{path}!S\",\"line\":4,", reject);
        Assert.Contains("found 'soon'", reject);
    }

    [Fact]
    public void Ingest_reads_all_sheets_or_the_one_that_is_asked_for()
    {
        var path = Make(book => book
            .Sheet("One", [Header, ["A", new DateTime(2024, 11, 1), 1, null]])
            .Sheet("Two & more", [Header, ["B", new DateTime(2024, 11, 1), 2, null]])
            .Sheet("Lists", [["x"]], isHidden: true));
        Assert.Equal([$"{path}!One", $"{path}!Two & more"], _folder.Ingest(path).Files.Select(file => file.Path));
        Assert.Contains(_folder.Notes, note => note.Contains("left out the hidden sheet 'Lists'"));
        using var other = new IngestFolder();
        Assert.Equal($"{path}!Two & more", Assert.Single(other.Ingest(path, request => request with { Sheet = "two & MORE" }).Files).Path);
        var missing = other.Ingest(path, request => request with { Sheet = "Three" });
        Assert.Contains("has no sheet 'Three'; its sheets are 'One', 'Two & more', 'Lists'", missing.Files[0].Error);
    }

    [Fact]
    public void Ingest_skips_titles_above_the_table_and_reads_a_day_and_a_time_of_day()
    {
        var path = Make(book => book.Sheet("S",
        [
            ["Prices of November"], ["made by hand"], [], ["symbol", "date", "time", "ok"],
            ["A", new DateTime(2024, 11, 1), new TimeSpan(9, 30, 15), true], ["A", new DateTime(2024, 11, 1), new TimeSpan(0, 16, 0, 0, 500), false],
        ]));
        _folder.Ingest(path);
        Assert.Equal("A,2024-11-01 09:30:15,true\nA,2024-11-01 16:00:00.5,false", IngestFolder.Ask($"select symbol, timestamp, ok from {_folder.Rows()}"));
    }

    [Fact]
    public void Ingest_of_cells_that_hold_an_error_stores_no_value()
    {
        var path = Make(book => book.Sheet("S", [Header, ["A", new DateTime(2024, 11, 1), 1.5, "a"], ["B", new DateTime(2024, 11, 1), "=#DIV/0!", "=#N/A"], ["C", new DateTime(2024, 11, 1), 2.5, "#5, and more"]]));
        _folder.Ingest(path);
        Assert.Empty(_folder.Rejects());
        Assert.Equal("A|1.5|a B|null|null C|2.5|#5, and more", IngestFolder.Ask($"select string_agg(concat_ws('|', symbol, ifnull(price::varchar, 'null'), ifnull(note, 'null')), ' ' order by symbol) from {_folder.Rows()}"));
    }

    [Fact]
    public void Ingest_of_durations_counts_hours_beyond_a_day_as_Excel_shows_them()
    {
        string[] serials = ["1.25", "0.5", "1", "41.666666666666664", "0.000005787037037037037"];
        var path = Make(
            book =>
                book.Sheet(
                    "S",
                    [
                        Header,
                        .. serials.Select(
                            (serial, row) =>
                                (object?[])["A", new DateTime(2024, 11, 1, 0, row, 0), row,
                                    new XlsxFile.Serial(serial, XlsxFile.CellStyle.Duration)])]));
        _folder.Ingest(path);
        Assert.Equal("30:00:00 12:00:00 24:00:00 1000:00:00 00:00:00.5",
            IngestFolder.Ask($"select string_agg(note::varchar, ' ' order by price) from {_folder.Rows()}"));
    }

    [Fact]
    public void Ingest_quarantines_the_day_that_Excel_counts_and_that_never_was()
    {
        XlsxFile.Serial Day(string serial) => new(serial, XlsxFile.CellStyle.Day);
        var path = Make(
            book =>
                book.Sheet(
                    "S",
                    [
                        Header,
                        .. ((string[])["1", "58", "60", "61",
                            "45597"]).Select((serial, row) => (object?[])["A", Day(serial), row, null])]));
        _folder.Ingest(path);
        Assert.Equal("1900-01-01 1900-02-27 1900-03-01 2024-11-01",
            IngestFolder.Ask($"select string_agg(time::date::varchar, ' ' order by time) from {_folder.Rows()}"));
        Assert.Contains("1900-02-28 or 1900-02-29", Assert.Single(_folder.Rejects()));
    }

    [Fact]
    public void Ingest_of_a_workbook_that_counts_from_1904_reads_its_days_and_times_of_day()
    {
        using (var book = new XlsxFile(_folder.File("mac.xlsx")) { IsDate1904 = true })
        {
            XlsxFile.Serial Cell(string serial, XlsxFile.CellStyle style) => new(serial, style);
            book.Sheet("S",
            [
                ["symbol", "date", "time", "price"],
                ["A", Cell("44135", XlsxFile.CellStyle.Day), Cell("0.3958333333333333", XlsxFile.CellStyle.TimeOfDay), 1.5],
                ["A", Cell("44136", XlsxFile.CellStyle.Day), Cell("0", XlsxFile.CellStyle.TimeOfDay), 2.5],
            ]);
        }

        _folder.Ingest(_folder.File("mac.xlsx"));
        Assert.Equal("2024-11-01 09:30:00,1.5\n2024-11-02 00:00:00,2.5",
            IngestFolder.Ask($"select timestamp, price from {_folder.Rows()} order by all"));
    }

    [Fact]
    public void Ingest_of_ids_with_more_digits_than_Excel_keeps_says_so_by_name()
    {
        var path = Make(book => book.Sheet("S",
        [
            ["symbol", "time", "order_id", "size"],
            ["A", new DateTime(2024, 11, 1), new XlsxFile.Serial("123456789012345"), 5],
            ["A", new DateTime(2024, 11, 2), new XlsxFile.Serial("1234567890123456789"), 6],
            ["A", new DateTime(2024, 11, 3), new XlsxFile.Serial("1234567890123456"), 7],
        ]));
        _folder.Ingest(path);
        Assert.Contains(
            _folder.Notes,
            note =>
                note.StartsWith($"{path}!S: 2 cells of column 'order_id', the first in row 3, hold whole numbers of more than 15 digits",
                    StringComparison.Ordinal));
        Assert.DoesNotContain(_folder.Notes, note => note.Contains("'size'", StringComparison.Ordinal));
    }

    [Fact]
    public void Ingest_of_a_strict_workbook_says_what_it_is()
    {
        using (
            var book = new XlsxFile(_folder.File("strict.xlsx")) { IsStrict = true }) book.Sheet("S",
                [Header, ["A", new DateTime(2024, 11, 1), 1, null]]);
        var error = _folder.Ingest(_folder.File("strict.xlsx")).Files[0].Error!;
        Assert.Contains("Strict Open XML workbook", error);
        Assert.DoesNotContain("damaged", error);
    }

    [Fact]
    public void Ingest_of_what_is_no_workbook_says_so()
    {
        foreach (var (bytes, problem) in ((byte[] Bytes, string Problem)[])[([0xD0, 0xCF, 0x11, 0xE0, 1, 2, 3, 4], "encrypted"), ("no zip"u8.ToArray(), "has no directory")])
        {
            File.WriteAllBytes(_folder.File("a.xlsx"), bytes);
            Assert.Contains(problem, _folder.Ingest(_folder.File("a.xlsx")).Files[0].Error);
        }
    }

    /// <summary>A million rows by HYBRID_TEST_SHEET_ROWS=1000000; the memory that is asked for in all grows with them, what is kept does not.</summary>
    [Fact]
    public void Read_of_a_large_sheet_keeps_no_row()
    {
        var rows = int.Parse(Environment.GetEnvironmentVariable("HYBRID_TEST_SHEET_ROWS") ?? "20000");
        var start = new DateTime(2024, 11, 1);
        var path = Make(book => book.Sheet("S", Enumerable.Range(0, rows).Select(row => (object?[])["S" + row % 10, start.AddSeconds(row), row / 8.0, row]).Prepend(Header)));
        var specs = CsvTextSpecs();
        using var sheet = new SheetInput(path, "S", 1, static _ => { });
        using var batch = new CsvBatch(specs);
        using var reader = new CsvReader(sheet, new CsvDialect(), specs, reject => Assert.Fail(reject.Explanation));
        long count = 0, kept = 0;
        while (reader.Read(batch))
        {
            count += batch.RowCount;
            if (count > rows / 2 && kept == 0) kept = GC.GetTotalMemory(forceFullCollection: true);
        }

        Assert.Equal(rows, count);
        // Twice as many rows were read as at the first look; a reader that kept them would hold hundreds of bytes for each.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - kept, long.MinValue, 2_000_000);
    }

    private static CsvColumnSpec[] CsvTextSpecs() =>
        [new("symbol", CsvValueKind.Varchar), new("time", CsvValueKind.Timestamp), new("price", CsvValueKind.Double), new("note", CsvValueKind.BigInt)];

    private string Make(Action<XlsxFile> make)
    {
        var path = _folder.File("book.xlsx");
        using var book = new XlsxFile(path);
        make(book);
        return path;
    }
}
