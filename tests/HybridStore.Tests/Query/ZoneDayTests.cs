using System.Globalization;
using HybridStore.Schema;
using NodaTime;
using Xunit;

namespace HybridStore.Tests.Query;

/// <summary>
/// The functions on days of every length, against NodaTime: midnight comes twice in the Azores and Havana, is skipped in Cairo and
/// Asuncion, and Lord Howe's clocks move by half an hour.
/// </summary>
public sealed class ZoneDayTests : IDisposable
{
    private static readonly Duration Step = Duration.FromMinutes(10);

    private readonly SampleLake _lake = new();

    /// <summary>Zones and the days on which clocks are changed.</summary>
    public static TheoryData<string, string> Days => new()
    {
        { "Atlantic/Azores", "2024-10-27" },
        { "Atlantic/Azores", "2024-03-31" },
        { "America/Havana", "2024-11-03" },
        { "America/Havana", "2024-03-10" },
        { "America/Asuncion", "2023-10-01" },
        { "Africa/Cairo", "2024-04-26" },
        { "Africa/Cairo", "2024-10-31" },
        { "Australia/Lord_Howe", "2024-04-07" },
        { "Australia/Lord_Howe", "2024-10-06" },
        { "Europe/Dublin", "2024-10-27" },
        { "America/Vancouver", "2026-11-01" },
        { "Asia/Tokyo", "2024-06-05" },
    };

    public void Dispose() => _lake.Dispose();

    [Theory]
    [MemberData(nameof(Days))]
    public void Settlement_periods_hours_and_lengths_of_days_count_from_the_first_midnight(string id, string day)
    {
        var (zone, date) = (DateTimeZoneProviders.Tzdb[id], Date(day));
        var (start, end) = (zone.AtStartOfDay(date).ToInstant(), zone.AtStartOfDay(date.PlusDays(1)).ToInstant());
        using var engine = _lake.Open();
        var hours = (end - start).TotalHours.ToString("0.0", CultureInfo.InvariantCulture);
        Assert.Equal(hours, engine.Row($"select day_hours(date '{day}', '{id}')"));
        for (var time = start; time < end; time += Step)
        {
            var minutes = (long)(time - start).TotalMinutes;
            Assert.Equal(
                $"{day}|{minutes / 30 + 1}|{minutes / 60 + 1}",
                engine.Row(
                    $"select settlement_day(t, '{id}'), settlement_period(t, '{id}'), hour_ending(t, '{id}') "
                    + $"from (select {Sql(time)} as t)"));
        }
    }

    [Theory]
    [MemberData(nameof(Days))]
    public void Bars_averages_and_energy_begin_at_the_first_midnight(string id, string day)
    {
        var zone = DateTimeZoneProviders.Tzdb[id];
        var middle = Date(day);
        var rows = AddDays(zone, middle.PlusDays(-1), middle.PlusDays(1));
        using var engine = _lake.Open();
        foreach (var (every, minutes) in ((string, int)[])[("1 day", 0), ("90 minutes", 90), ("5 hours", 300), ("1 hour", 60)])
        {
            Assert.Equal(
                from row in rows
                group row by (row.Day, Start: BucketOf(zone, row.Day, row.Time, minutes)) into bar
                orderby bar.Key.Start
                select $"{Text(bar.Key.Day)}|{Shown(bar.Key.Start)}|{bar.Count()}|{Text(bar.Average(row => row.Value))}",
                engine.Rows($"select date, time, trades, round(vwap, 4) from bars('power', '{every}') order by time"));
            AssertCoversEachDay(rows, engine.Rows($"select date, twap from twap('power', '{every}') order by time"));
            AssertCoversEachDay(rows, engine.Rows($"select date, value from time_weighted('power', 'price', '{every}') order by time"));
        }

        // A reading of 1 MW every ten minutes stands until the next one: each hour has a megawatt hour, a last one of half an hour half.
        var hours = rows.GroupBy(row => (row.Day, Start: BucketOf(zone, row.Day, row.Time, 60))).OrderBy(hour => hour.Key.Start).ToList();
        Assert.Equal(
            hours.Select(hour => $"{Text(hour.Key.Day)}|{Text(hour.Count() / 6.0)}"),
            engine.Rows("select date, round(mwh, 4) from energy('power', 'mw', '1 hour', hold := '10 minutes') order by time"));
    }

    [Theory]
    [InlineData("Asia/Tokyo")]
    [InlineData("America/New_York")]
    public void Weeks_begin_at_the_midnight_of_the_datasets_zone_and_lose_no_row(string id)
    {
        var zone = DateTimeZoneProviders.Tzdb[id];
        var monday = new LocalDate(2024, 10, 28); // New York's clocks go back on the Sunday of this week.
        var rows = AddDays(zone, monday, monday.PlusDays(13));
        using var engine = _lake.Open();
        var weeks = rows.GroupBy(row => row.Day < monday.PlusDays(7) ? monday : monday.PlusDays(7)).ToList();
        Assert.Equal(
            weeks.Select(week => $"{Start(week.Key)}|{week.Count()}"),
            engine.Rows("select date, time, trades from bars('power', '1 week') order by time"));
        // Nothing ends what the last row of a day says; the others stand equally long, and so count alike.
        var averages = weeks.Select(week => week.GroupBy(row => row.Day).SelectMany(day => day.SkipLast(1)).Average(row => row.Value));
        var expected = weeks.Zip(averages, (week, average) => $"{Start(week.Key)}|{Text(average)}").ToList();
        Assert.Equal(expected, engine.Rows("select date, time, round(twap, 4) from twap('power', '1 week') order by time"));
        Assert.Equal(expected, engine.Rows("select date, time, round(value, 4) from time_weighted('power', 'price', '7 days') order by 2"));

        string Start(LocalDate week) => $"{Text(week)}|{Shown(zone.AtStartOfDay(week).ToInstant())}";
    }

    [Theory]
    [InlineData("select settlement_period(timestamptz '2024-05-01 00:00:00Z', 'UTC', '0 minutes')", "must be longer than 0")]
    [InlineData("from energy('power', 'mw', '0 minutes')", "must divide an hour")]
    [InlineData("from sample_every('power', 0)", "n must be 1 or more")]
    public void A_period_of_nothing_is_refused(string sql, string expected)
    {
        AddDays(DateTimeZone.Utc, new LocalDate(2024, 5, 1), new LocalDate(2024, 5, 1));
        using var engine = _lake.Open();
        Assert.Contains(expected, Assert.Throws<StoreException>(() => engine.Rows(sql)).Message);
    }

    private static void AssertCoversEachDay(List<(Instant Time, LocalDate Day, int Value)> rows, List<string> averages) =>
        Assert.Equal(rows.Select(row => Text(row.Day)).Distinct(), averages.Select(line => line.Split('|')[0]).Distinct());

    /// <summary>An interval's start: midnight, or a multiple of its minutes behind it.</summary>
    private static Instant BucketOf(DateTimeZone zone, LocalDate day, Instant time, int minutes)
    {
        var start = zone.AtStartOfDay(day).ToInstant();
        return minutes == 0 ? start : start + Duration.FromMinutes(Math.Floor((time - start).TotalMinutes / minutes) * minutes);
    }

    private List<(Instant Time, LocalDate Day, int Value)> AddDays(DateTimeZone zone, LocalDate first, LocalDate last)
    {
        var rows = new List<(Instant Time, LocalDate Day, int Value)>();
        var end = zone.AtStartOfDay(last.PlusDays(1)).ToInstant();
        for (var time = zone.AtStartOfDay(first).ToInstant(); time < end; time += Step)
        {
            rows.Add((time, time.InZone(zone).Date, rows.Count % 7));
        }

        _lake.Add(new Dataset
        {
            Name = "power",
            SymbolColumn = "unit",
            TimeColumn = "time",
            TimeZone = zone.Id,
            Columns =
            [
                new("unit", new(ColumnKind.Varchar)), new("time", new(ColumnKind.TimestampTz)),
                .. ((string[])["price", "size", "mw"]).Select(name => new Column(name, new(ColumnKind.Double))),
            ],
        });
        foreach (var day in rows.GroupBy(row => row.Day))
        {
            var values = day.Select(row => $"('A', {Sql(row.Time)}, {row.Value}::double, 1::double, 1::double)");
            var date = new DateOnly(day.Key.Year, day.Key.Month, day.Key.Day);
            var select = $"select * from (values {string.Join(", ", values)}) t(unit, time, price, size, mw)";
            _lake.AddFile("power", "A", new DateRange(date, date), select);
        }

        return rows;
    }

    private static string Sql(Instant time) => $"timestamptz '{Shown(time)}'";

    private static string Shown(Instant time) => time.ToString("yyyy-MM-dd HH:mm:ss'+00'", CultureInfo.InvariantCulture);

    private static string Text(double value) => Math.Round(value, 4).ToString("0.0###", CultureInfo.InvariantCulture);

    private static LocalDate Date(string day) =>
        LocalDate.FromDateTime(DateTime.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static string Text(LocalDate day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
