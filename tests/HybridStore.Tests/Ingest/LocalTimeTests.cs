using HybridStore.Ingest;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Times of a zone whose clocks change: days of 23 and 25 hours, hours that are skipped, and one that comes twice.</summary>
public sealed class LocalTimeTests : IDisposable
{
    private const string NewYork = "America/New_York";

    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ingest_of_a_day_of_25_hours_stores_25_instants_by_the_order_of_the_rows()
    {
        var hours = Enumerable.Range(0, 24).SelectMany(hour => hour == 1 ? [1, 1] : (int[])[hour]);
        Local([.. hours.Select(hour => $"A,2024-11-03 {hour:00}:00")]);
        Assert.Equal("25,25,2024-11-03 04:00:00,2024-11-04 04:00:00", Ask("count(*), count(distinct time), min(time)::timestamp, max(time)::timestamp"));
        Assert.Equal("2024-11-03", Ask("string_agg(distinct day::varchar, ' ')"));
        Assert.Empty(_folder.Rejects());
    }

    [Fact]
    public void Ingest_follows_each_symbol_through_the_doubled_hour()
    {
        // Time-major, every half hour, two symbols, B from the second pass on only where its order shows it.
        string[] halves = ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"];
        Local([.. halves.SelectMany(half => (string[])[$"A,2024-11-03 {half}", $"B,2024-11-03 {half}"])]);
        Assert.Equal(
            "2024-11-03 04:30:00 2024-11-03 05:00:00 2024-11-03 05:30:00 2024-11-03 06:00:00 2024-11-03 06:30:00 2024-11-03 07:00:00",
            Ask("string_agg(utc::varchar, ' ' order by time) filter (symbol = 'B')"));
        Assert.Equal("6,6", Ask("count(*) filter (symbol = 'A'), count(distinct time)"));
    }

    [Fact]
    public void Ingest_quarantines_doubled_times_whose_order_tells_nothing_and_times_that_the_clocks_skip()
    {
        Local(
            "A,2024-11-03 01:10", // no row before it
            "B,2024-11-03 00:50:00",
            "B,2024-11-03 01:10:00",
            "B,2024-11-03 01:10:00", // two events of one time, or of two?
            "B,2024-11-03 01:10:01",
            "C,2024-03-10 01:59",
            "C,2024-03-10 02:30", // skipped
            "C,2024-03-10 03:00");
        Assert.Equal("5", Ask("count(*)"));
        Assert.Equal(
            ["2 expected a time that comes once, found '2024-11-03 01:10', which comes twice when the clocks go back, and the order of the rows does not tell which it is",
             "5 expected a time that comes once, found '2024-11-03 01:10:00', which comes twice when the clocks go back, and the order of the rows does not tell which it is",
             "8 expected a time such as 2024-11-30 16:00:00, found '2024-03-10 02:30': there is no such day or time"],
            _folder.RejectRows().Select(row => $"{row.GetProperty("line")} {row.GetProperty("reason").GetString()}"));
    }

    [Fact]
    public void Ingest_quarantines_the_whole_doubled_hour_of_symbols_that_begin_in_it()
    {
        // Every ten minutes from the first pass's 01:10 to 02:20, symbols interleaved; only K has a row before.
        string[] clock = ["01:10", "01:20", "01:50", "01:00", "01:10", "01:50", "02:00", "02:20"];
        var symbols = Enumerable.Range(0, 50).Select(number => $"S{number}").Append("K").ToList();
        Local(["K,2024-11-03 00:50", .. clock.SelectMany(time => symbols.Select(symbol => $"{symbol},2024-11-03 {time}"))]);
        Assert.Equal("2,2", Ask("min(n), max(n)", "where symbol <> 'K'", "symbol, count(*) as n"));
        Assert.Equal("9,9,2024-11-03 04:50:00", Ask("count(*), count(distinct time), min(utc)", "where symbol = 'K'"));
        Assert.Equal(6 * 50, _folder.RejectRows().Count);
        Assert.All(_folder.RejectRows(),
            row => Assert.Contains("which comes twice when the clocks go back", row.GetProperty("reason").GetString()));
    }

    [Fact]
    public void Ingest_of_several_files_that_begin_in_the_doubled_hour_quarantines_that_hour_of_each()
    {
        _folder.Write("in/a.csv", "symbol,time\nA,2024-11-03 00:30\nA,2024-11-03 01:30\n");
        _folder.Write("in/b.csv", "symbol,time\nA,2024-11-03 01:00\nA,2024-11-03 01:30\nA,2024-11-03 02:00\n");
        _folder.Write("in/c.csv", "symbol,time\nB,2024-11-03 01:59:59\n");
        var report = _folder.Ingest(_folder.File("in"), request => AsLocal(request, NewYork));
        Assert.Equal("3,2024-11-03 05:30:00", Ask("count(*), max(utc) filter (utc < '2024-11-03 07:00:00')"));
        Assert.Equal([0, 2], report.Files.Take(2).Select(file => file.RowsRejected));
        // Of the last one nothing is left to store.
        Assert.Contains("which comes twice when the clocks go back", report.Files[2].Error);
    }

    [Fact]
    public void Ingest_by_many_threads_of_a_file_with_the_doubled_hour_in_its_middle_keeps_the_order_of_its_rows()
    {
        var clocks = TimeZoneInfo.FindSystemTimeZoneById(NewYork);
        var start = new DateTime(2024, 11, 3, 4, 0, 0, DateTimeKind.Utc);
        var filler = new string('x', 3_000);
        using (var writer = new StreamWriter(_folder.File("large.csv")))
        {
            writer.Write("symbol,time,told,filler\n");
            for (var second = 0; second < 4 * 3_600; second++)
            {
                var utc = start.AddSeconds(second);
                writer.Write(
                    $"S{second % 7},{TimeZoneInfo.ConvertTimeFromUtc(utc, clocks):yyyy-MM-dd HH:mm:ss},{utc:yyyy-MM-dd HH:mm:ss},{filler}\n");
            }
        }

        var report = _folder.Ingest(_folder.File("large.csv"),
            request => AsLocal(request, NewYork) with { Jobs = 4, CommitBytes = 8 << 20 });
        Assert.Equal((4 * 3_600, 0), (report.Totals.RowsStored, report.Totals.RowsRejected));
        Assert.Equal("0", Ask("count(*) filter (utc <> told)"));
    }

    [Theory]
    [InlineData("America/New_York", 2024)]
    [InlineData("Europe/Berlin", 2023)]
    [InlineData("Australia/Sydney", 2024)]
    [InlineData("Australia/Lord_Howe", 2024)]
    [InlineData("Australia/Brisbane", 2024)]
    [InlineData("America/Sao_Paulo", 2018)]
    [InlineData("Asia/Kathmandu", 2024)]
    [InlineData("UTC", 2024)]
    public void Ingest_of_every_five_minutes_of_a_year_gives_each_instant_back(string zone, int year)
    {
        var clocks = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var first = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(2);
        var count = 363 * 288;
        using (var writer = new StreamWriter(_folder.File("year.csv")))
        {
            writer.Write("symbol,time,told\n");
            for (var step = 0; step < count; step++)
            {
                var utc = first.AddMinutes(5 * step);
                writer.Write($"A,{TimeZoneInfo.ConvertTimeFromUtc(utc, clocks):yyyy-MM-dd HH:mm:ss},{utc:yyyy-MM-dd HH:mm:ss}\n");
            }
        }

        var report = _folder.Ingest(_folder.File("year.csv"), request => AsLocal(request, zone) with { Partitioning = Partitioning.Year });
        Assert.Equal(count, report.Totals.RowsStored);
        Assert.Equal("0", Ask("count(*) filter (utc <> told)"));
    }

    [Fact]
    public void Ingest_of_times_without_a_zone_into_instants_needs_the_zone_said()
    {
        Local("A,2024-11-01 10:00:00");
        var path = _folder.Write("b.csv", "symbol,time\nB,2024-11-01 10:00:00\n");
        Assert.Contains("names no zone", _folder.Ingest(path).Files[0].Error);
        _folder.Ingest(path, request => request with { TimeZone = NewYork });
        _folder.Ingest(_folder.Write("c.csv", "symbol,time\nC,2024-11-01T14:00:00Z\n"));
        Assert.Equal("3,1", Ask("count(*), count(distinct time)"));
    }

    [Theory]
    [InlineData("2024-03-10", 23)]
    [InlineData("2024-07-01", 24)]
    [InlineData("2024-11-03", 25)]
    public void Ingest_of_hours_counted_from_one_stores_the_beginning_of_each(string day, int hourCount)
    {
        var rows = Enumerable.Range(1, hourCount + 1).Select(hour => $"{day},{(hour % 2 == 0 ? $"HE{hour}" : $"{hour:00}")},ZONE.A,{hour}.5\n");
        _folder.Ingest(_folder.Write("a.csv", "deliverydate,hour_ending,symbol,price\n" + string.Concat(rows)), request => request with { TimeZone = NewYork, IsHourEnding = true });
        Assert.Equal($"{hourCount},{hourCount}", Ask($"count(*), count(distinct timestamp)"));
        Assert.Equal("0", Ask($"count(*) filter (timestamp <> ('{day}'::timestamp at time zone '{NewYork}') + interval 1 hour * (price - 1.5)::int)"));
        Assert.Equal(day, Ask("string_agg(distinct day::varchar, ' ')"));
        Assert.Contains($"\"line\":{hourCount + 2},", Assert.Single(_folder.Rejects()));
    }

    [Fact]
    public void Ingest_of_hours_in_one_column_with_their_day()
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,time,price\nA,13/11/2024 24:00,1.5\nA,13/11/2024 HE 01,2.5\n"), request => request with { TimeZone = "UTC", IsHourEnding = true });
        Assert.Equal("2024-11-13 00:00:00 2024-11-13 23:00:00", Ask("string_agg(utc::varchar, ' ' order by time)"));
        var refused = Assert.Throws<StoreException>(() => _folder.Ingest(_folder.File("a.csv"), request => request with { IsHourEnding = true }));
        Assert.Contains("--timezone", refused.Message);
    }

    private void Local(params string[] rows) => _folder.Ingest(_folder.Write("a.csv", "symbol,time\n" + string.Join('\n', rows) + "\n"), request => AsLocal(request, NewYork));

    private static IngestRequest AsLocal(IngestRequest request, string zone) => request with
    {
        TimeZone = zone,
        ColumnTypes = new Dictionary<string, ColumnType> { ["time"] = new(ColumnKind.TimestampTz) },
    };

    /// <summary>The rows, with their times on the clocks of Greenwich, and the days on those of the dataset.</summary>
    private string Ask(string columns, string where = "", string? groups = null)
    {
        var dataset = _folder.Snapshot().Dataset;
        var rows =
            $"(select *, {dataset.TimeColumn} at time zone 'UTC' as utc, ({dataset.TimeColumn} at time zone '{dataset.TimeZone}')::date as day from {_folder.Rows()})";
        return IngestFolder.Ask(
            groups is null
                ? $"select {columns} from {rows} {where}"
                : $"select {columns} from (select {groups} from {rows} {where} group by all)");
    }
}
