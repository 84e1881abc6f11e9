using HybridStore.Native.Csv;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Every way to spell a time: what is stored is that time, or the row is in quarantine, or the user is asked.</summary>
public sealed class TimeSpellingTests : IDisposable
{
    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Texts with bars between, the type, and the times that are stored, as the type shows them (instants in UTC).</summary>
    [Theory]
    [InlineData("2024-11-01 09:30:00|2024-11-01T09:30:00.123456|2024/11/2 9:30", "TIMESTAMP", "2024-11-01 09:30:00|2024-11-01 09:30:00.123456|2024-11-02 09:30:00")]
    [InlineData("2024-11-01T09:30:00Z|2024-11-01 09:30:00+02:00|2024-11-01 09:30:00-0500", "TIMESTAMP WITH TIME ZONE", "2024-11-01 07:30:00|2024-11-01 09:30:00|2024-11-01 14:30:00")]
    [InlineData("1730453400|1730453401|1730453402.5", "TIMESTAMP WITH TIME ZONE", "2024-11-01 09:30:00|2024-11-01 09:30:01|2024-11-01 09:30:02.5")]
    [InlineData("1730453400000|1730453400001", "TIMESTAMP WITH TIME ZONE", "2024-11-01 09:30:00|2024-11-01 09:30:00.001")]
    [InlineData("1730453400000000|1730453400000001", "TIMESTAMP WITH TIME ZONE", "2024-11-01 09:30:00|2024-11-01 09:30:00.000001")]
    [InlineData("1730453400000000000|1730453400000001000", "TIMESTAMP WITH TIME ZONE", "2024-11-01 09:30:00|2024-11-01 09:30:00.000001")]
    [InlineData("20241101|20241102", "DATE", "2024-11-01|2024-11-02")]
    [InlineData("20241101 170000065|20241101 17:00:01|20241102170000", "TIMESTAMP", "2024-11-01 17:00:00.065|2024-11-01 17:00:01|2024-11-02 17:00:00")]
    [InlineData("01/11/2024 09:30|13/11/2024 09:30", "TIMESTAMP", "2024-11-01 09:30:00|2024-11-13 09:30:00")]
    [InlineData("11/01/2024 09:30|11/13/2024 09:30", "TIMESTAMP", "2024-11-01 09:30:00|2024-11-13 09:30:00")]
    [InlineData("13.11.2024|01.11.2024", "DATE", "2024-11-01|2024-11-13")]
    [InlineData("11/13/2024 9:30:00 PM|11/13/2024 12:00 AM|11/13/2024 12:00 pm", "TIMESTAMP", "2024-11-13 00:00:00|2024-11-13 12:00:00|2024-11-13 21:30:00")]
    [InlineData("2024-11-01 24:00|2024-12-31 24:00:00", "TIMESTAMP", "2024-11-02 00:00:00|2025-01-01 00:00:00")]
    [InlineData("01-Nov-2024|2 December 2024|03FEB2025|Mar 4, 2025|5-sept-2025", "DATE", "2024-11-01|2024-12-02|2025-02-03|2025-03-04|2025-09-05")]
    [InlineData("01-Nov-2024 09:30:00|01NOV2024:09:30:01.5", "TIMESTAMP", "2024-11-01 09:30:00|2024-11-01 09:30:01.5")]
    [InlineData("2024-11-01|2024-11-02 09:30", "TIMESTAMP", "2024-11-01 00:00:00|2024-11-02 09:30:00")]
    public void Ingest_finds_out_how_times_are_spelled(string texts, string type, string times)
    {
        _folder.Ingest(Times(texts.Split('|')));
        Assert.Empty(_folder.Rejects());
        Assert.Equal(type, _folder.Snapshot().Dataset.Columns[1].Type.ToSql());
        Assert.Equal(times, Stored());
    }

    [Theory]
    [InlineData("01/11/2024|02/11/2024", "timestamp:dmy")]
    [InlineData("2024-11-01 09:30:00.123456789|2024-11-01 09:30:01", "whole microseconds, found '2024-11-01 09:30:00.123456789'. Nanoseconds cannot be stored")]
    [InlineData("1730453400000000123|1730453400000001000", "whole microseconds, found '1730453400000000123'. Nanoseconds cannot be stored")]
    [InlineData("01/11/24|02/11/24", "years of four digits, found '01/11/24'. Say what it means with --columns time:timestamp:dmy2")]
    [InlineData("01-Nov-24|02-Nov-24", "years of four digits, found '01-Nov-24'")]
    [InlineData("soon|later", "expected a column of dates or times")]
    public void Ingest_asks_or_refuses_rather_than_guesses(string texts, string message)
    {
        Assert.Contains(message, Assert.Throws<StoreException>(() => _folder.Ingest(Times(texts.Split('|')))).Message);
        Assert.False(Directory.Exists(_folder.Store));
    }

    [Theory]
    [InlineData("01/11/24|31/12/68|01/01/69", CsvTimeFormat.DayMonthShortYear, "1969-01-01|2024-11-01|2068-12-31")]
    [InlineData("11/01/24|12/31/99", CsvTimeFormat.MonthDayShortYear, "1999-12-31|2024-11-01")]
    [InlineData("24-11-01|99/12/31", CsvTimeFormat.ShortYearMonthDay, "1999-12-31|2024-11-01")]
    [InlineData("01-Nov-24|31DEC99", CsvTimeFormat.MonthNameShortYear, "1999-12-31|2024-11-01")]
    [InlineData("01/02/2024|03/04/2024", CsvTimeFormat.MonthDayYear, "2024-01-02|2024-03-04")]
    [InlineData("01/02/2024|03/04/2024", CsvTimeFormat.DayMonthYear, "2024-02-01|2024-04-03")]
    public void Ingest_with_a_spelling_that_is_said_reads_it(string texts, CsvTimeFormat format, string times)
    {
        _folder.Ingest(Times(texts.Split('|')), request => request with
        {
            ColumnTypes = new Dictionary<string, ColumnType> { ["time"] = new(ColumnKind.Date) },
            TimeFormats = new Dictionary<string, CsvTimeFormat> { ["time"] = format },
        });
        Assert.Empty(_folder.Rejects());
        Assert.Equal(times, Stored());
    }

    [Fact]
    public void Ingest_quarantines_what_is_no_time_and_what_would_be_cut()
    {
        var rows = Enumerable.Range(0, 50).Select(row => $"2024-11-01 10:00:{row:00}");
        _folder.Ingest(Times([.. rows, "2024-11-31 10:00:00", "2024-11-01 10:00:00.1234567", "2024-11-01 10:00:60", "2024-02-30", "2024-11-01 10:00:00Z", "01/11/2024", "2024-11-01 10:00:00.123456000"]));
        Assert.Equal("51", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));
        Assert.Equal([52, 53, 54, 55, 56, 57], _folder.RejectRows().Select(row => row.GetProperty("line").GetInt32()));
    }

    [Fact]
    public void Ingest_confirms_an_epochs_unit_over_the_whole_file()
    {
        // The sample says seconds; a later row in milliseconds is no time of the year 56,000, and one in days no second of 1970.
        var rows = Enumerable.Range(0, 9000).Select(row => $"{1730453400 + row}");
        _folder.Ingest(Times([.. rows, "1730453400000", "20028", "1730453400.25"]));
        Assert.Equal("9001,2024-11-01 09:30:00", IngestFolder.Ask($"select count(*), min(time at time zone 'UTC') from {_folder.Rows()}"));
        Assert.Equal([9002, 9003], _folder.RejectRows().Select(row => row.GetProperty("line").GetInt32()));
        // Each file tells its own unit.
        _folder.Ingest(_folder.Write("ms.csv", "symbol,time,price\nB,1730453400001,2.5\n"));
        Assert.Equal("2024-11-01 09:30:00.001", IngestFolder.Ask($"select time at time zone 'UTC' from {_folder.Rows()} where symbol = 'B'"));
    }

    [Theory]
    [InlineData("date,time", "2024-11-01,09:30:00.25", "2024-11-01 09:30:00.25")]
    [InlineData("Date,Time", "11/13/2024,4:00 PM", "2024-11-13 16:00:00")]
    [InlineData("trade_date,tod", "20241101,24:00", "2024-11-02 00:00:00")]
    [InlineData("date,time_m", "01-Nov-2024,9:30:00.123456", "2024-11-01 09:30:00.123456")]
    public void Ingest_joins_a_day_and_a_time_of_day(string names, string values, string time)
    {
        _folder.Ingest(_folder.Write("a.csv", $"symbol,{names},price\nA,{values},1.5\n"));
        _folder.Ingest(_folder.Write("b.csv", $"{names},price,symbol\n{values},2.5,B\n"));
        Assert.Equal(["symbol", "timestamp", "price"], _folder.Snapshot().Dataset.Columns.Select(column => column.Name));
        Assert.Equal($"A,{time},1.5\nB,{time},2.5", IngestFolder.Ask($"select symbol, timestamp, price from {_folder.Rows()} order by all"));
        Assert.Contains(_folder.Notes, note => note.Contains("together"));
    }

    [Fact]
    public void Ingest_of_a_joined_time_tells_which_of_its_columns_is_wrong()
    {
        _folder.Ingest(_folder.Write("a.csv", "date,time,symbol,price\n2024-11-01,10:00,A,1.5\n2024-11-31,10:00,A,1.5\n2024-11-01,25:00,A,1.5\n2024-11-01,,A,1.5\n2024-11-02,\"11:00\",A,2.5\n2024-11-03,12:00,A,3.5\n"), request => request with { TimeColumn = "date+time" });
        Assert.Equal("A,2024-11-01 10:00:00,1.5\nA,2024-11-02 11:00:00,2.5\nA,2024-11-03 12:00:00,3.5", IngestFolder.Ask($"select symbol, timestamp, price from {_folder.Rows()} order by all"));
        Assert.Equal(
            ["3 date 2024-11-31", "4 time 25:00", "5 time "],
            _folder.RejectRows().Select(row => $"{row.GetProperty("line")} {row.GetProperty("column")} {row.GetProperty("text")}"));
    }

    [Fact]
    public void Ingest_of_a_whole_time_beside_a_time_of_day_joins_nothing()
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,timestamp,opens,date\nA,2024-11-01 10:00:00,09:30,2024-11-01\n"));
        Assert.Equal("2024-11-01 10:00:00,09:30", IngestFolder.Ask($"select timestamp, opens from {_folder.Rows()}"));
    }

    private string Times(params string[] texts) => _folder.Write("a.csv", "symbol,time,price\n" + string.Concat(texts.Select(text => $"A,{(text.Contains(',') ? $"\"{text}\"" : text)},1.5\n")));

    private string Stored()
    {
        var time = _folder.Snapshot().Dataset.Columns[1].Type.Kind == ColumnKind.TimestampTz ? "time at time zone 'UTC'" : "time";
        return IngestFolder.Ask($"select string_agg(({time})::varchar, '|' order by time) from {_folder.Rows()}");
    }
}
