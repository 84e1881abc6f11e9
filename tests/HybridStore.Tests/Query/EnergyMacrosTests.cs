using System.Globalization;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Query;

/// <summary>Settlement periods and energy against .NET's own time zones and plain sums, on the days on which clocks change.</summary>
public sealed class EnergyMacrosTests : IDisposable
{
    private readonly SampleLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData("Europe/London", "2024-03-31", 30, 46)]
    [InlineData("Europe/London", "2024-10-27", 30, 50)]
    [InlineData("Europe/London", "2024-06-01", 30, 48)]
    [InlineData("America/New_York", "2024-03-10", 60, 23)]
    [InlineData("America/New_York", "2024-11-03", 60, 25)]
    [InlineData("Australia/Brisbane", "2024-10-06", 5, 288)]
    public void Settlement_periods_count_from_local_midnight(string zone, string day, int minutes, int expected)
    {
        var local = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var date = DateTime.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var (start, end) = (TimeZoneInfo.ConvertTimeToUtc(date, local), TimeZoneInfo.ConvertTimeToUtc(date.AddDays(1), local));
        Assert.Equal(expected, (int)((end - start).TotalMinutes / minutes));
        using var engine = _lake.Open();
        var period = 0;
        for (var time = start; time < end; time = time.AddMinutes(minutes))
        {
            period++;
            if (period > 3 && period < expected - 2 && period % 7 != 0) continue;
            var inside = time.AddSeconds(minutes * 20);
            Assert.Equal($"{period}|{day}|{period}", engine.Row(
                $"select settlement_period({Sql(inside)}, '{zone}', '{minutes} minutes'), settlement_day({Sql(inside)}, '{zone}'), settlement_period({Sql(time.AddMinutes(minutes))}, '{zone}', '{minutes} minutes', at_end := true)"));
        }

        Assert.Equal(expected, period);
        Assert.Equal(((end - start).TotalHours).ToString("0.0", CultureInfo.InvariantCulture), engine.Row($"select day_hours(date '{day}', '{zone}')"));
    }

    [Fact]
    public void A_market_day_may_begin_after_midnight()
    {
        using var engine = _lake.Open();
        // The Australian trading day begins at 04:00; 04:05 stamps its first period.
        Assert.Equal("1|2024-07-02|288|2024-07-01", engine.Row(
            """
            select settlement_period(t, 'Australia/Brisbane', '5 minutes', '4 hours', true), settlement_day(t, 'Australia/Brisbane', '4 hours', true),
                settlement_period(t - interval 5 minutes, 'Australia/Brisbane', '5 minutes', '4 hours', true), settlement_day(t - interval 5 minutes, 'Australia/Brisbane', '4 hours', true)
            from (select timestamptz '2024-07-02 04:05:00+10' as t)
            """));
        Assert.Equal("14|13", engine.Row("select hour_ending(t, 'America/New_York'), hour_ending(t, 'America/New_York', at_end := true) from (select timestamptz '2024-07-01 17:00:00+00' as t)"));
    }

    [Theory]
    [InlineData("2024-03-30")] // Clocks go forward on the second day.
    [InlineData("2024-10-26")] // Clocks go back on the second day.
    public void Energy_is_power_by_how_long_it_stood(string first)
    {
        const int seed = 46_48_50;
        var random = new Random(seed);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
        var start = TimeZoneInfo.ConvertTimeToUtc(DateTime.ParseExact(first, "yyyy-MM-dd", CultureInfo.InvariantCulture), zone);
        var readings = new List<(string Symbol, DateTime Time, double Mw)>();
        foreach (var symbol in (string[])["DRAX", "WIND"])
        {
            // Over three local days, with readings at odd seconds and silences of up to two hours, also around midnight.
            for (var time = start; time < start.AddHours(72); time = time.AddSeconds(random.Next(20) == 0 ? random.Next(3600, 7200) : random.Next(60, 900))) readings.Add((symbol, time, random.Next(0, 500)));
        }

        AddReadings(readings, zone);
        using var engine = _lake.Open();
        var found = engine.Rows("select symbol, date, period, round(mwh, 6), round(hours, 6) from energy('generation', 'mw') order by symbol, time");
        Assert.Equal(Settle(readings, zone).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Symbol}|{row.Day:yyyy-MM-dd}|{row.Period}|{Text(row.Mwh)}|{Text(row.Hours)}")), found);
        // A day asked for alone is the same: what stood at midnight comes from the day before.
        var second = DateOnly.ParseExact(first, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal(
            engine.Rows($"from energy('generation', 'mw') where date = '{second}' and symbol = 'WIND' order by time"),
            engine.Rows($"from energy('generation', 'mw', from_date := '{second}', to_date := '{second}', symbols := ['WIND']) order by time"));
        Assert.Equal(first.Contains("-03-", StringComparison.Ordinal) ? "46" : "50", engine.Row($"select max(period) from energy('generation', 'mw') where date = '{second}'"));
    }

    [Fact]
    public void Bars_of_a_dataset_of_instants_begin_at_the_midnight_of_its_zone()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        AddReadings([("A", new DateTime(2024, 11, 3, 4, 10, 0), 1), ("A", new DateTime(2024, 11, 4, 4, 50, 0), 2), ("A", new DateTime(2024, 11, 4, 5, 0, 0), 3)], zone, "price");
        using var engine = _lake.Open();
        Assert.Equal(["2024-11-03|2024-11-03 04:00:00+00|1.0|2.0", "2024-11-04|2024-11-04 05:00:00+00|3.0|3.0"], engine.Rows("select date, time, open, close from bars('generation', '1 day') order by time"));
        Assert.Equal(["2024-11-03 04:00:00+00", "2024-11-04 04:00:00+00", "2024-11-04 05:00:00+00"], engine.Rows("select time from bars('generation', '1 hour') order by time"));
    }

    [Fact]
    public void A_period_that_does_not_divide_an_hour_is_refused()
    {
        AddReadings([("A", new DateTime(2024, 11, 3, 4, 10, 0), 1), ("A", new DateTime(2024, 11, 3, 4, 50, 0), 2)], TimeZoneInfo.Utc);
        using var engine = _lake.Open();
        Assert.Contains("must divide an hour", Assert.Throws<StoreException>(() => engine.Rows("from energy('generation', 'mw', '7 minutes')")).Message, StringComparison.Ordinal);
    }

    /// <summary>Each period's energy: minute by minute would be slow, so piece by piece.</summary>
    private static List<(string Symbol, DateOnly Day, int Period, double Mwh, double Hours)> Settle(List<(string Symbol, DateTime Time, double Mw)> readings, TimeZoneInfo zone)
    {
        var sums = new SortedDictionary<(string Symbol, DateTime Start), (double Mwh, double Hours)>();
        foreach (var symbol in readings.GroupBy(reading => reading.Symbol))
        {
            var list = symbol.ToList();
            for (var index = 0; index < list.Count; index++)
            {
                var (time, until) = (list[index].Time, list[index].Time.AddHours(1));
                if (index + 1 < list.Count && list[index + 1].Time < until) until = list[index + 1].Time;
                while (time < until)
                {
                    var start = new DateTime(time.Ticks - time.Ticks % TimeSpan.FromMinutes(30).Ticks, DateTimeKind.Utc);
                    var end = start.AddMinutes(30) < until ? start.AddMinutes(30) : until;
                    var (mwh, hours) = sums.GetValueOrDefault((symbol.Key, start));
                    sums[(symbol.Key, start)] = (mwh + list[index].Mw * (end - time).TotalHours, hours + (end - time).TotalHours);
                    time = end;
                }
            }
        }

        return [.. sums.Select(entry =>
        {
            var day = TimeZoneInfo.ConvertTimeFromUtc(entry.Key.Start, zone).Date;
            var period = (int)((entry.Key.Start - TimeZoneInfo.ConvertTimeToUtc(day, zone)).TotalMinutes / 30) + 1;
            return (entry.Key.Symbol, DateOnly.FromDateTime(day), period, entry.Value.Mwh, entry.Value.Hours);
        })];
    }

    private void AddReadings(List<(string Symbol, DateTime Time, double Value)> readings, TimeZoneInfo zone, string column = "mw")
    {
        _lake.Add(new Dataset
        {
            Name = "generation",
            SymbolColumn = "unit",
            TimeColumn = "time",
            TimeZone = zone.Id,
            Columns = [new("unit", new(ColumnKind.Varchar)), new("time", new(ColumnKind.TimestampTz)), new(column, new(ColumnKind.Double))],
        });
        foreach (var day in readings.GroupBy(reading => (reading.Symbol, DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(reading.Time, DateTimeKind.Utc), zone)))))
        {
            var values = day.Select(reading => string.Create(CultureInfo.InvariantCulture, $"('{reading.Symbol}', {Sql(reading.Time)}, {reading.Value}::double)"));
            _lake.AddFile("generation", day.Key.Symbol, new DateRange(day.Key.Item2, day.Key.Item2), $"select * from (values {string.Join(", ", values)}) t(unit, time, {column})");
        }
    }

    private static string Sql(DateTime utc) => $"timestamptz '{utc:yyyy-MM-dd HH:mm:ss}+00'";

    private static string Text(double value)
    {
        var text = Math.Round(value, 6).ToString("0.0#####", CultureInfo.InvariantCulture);
        return text;
    }
}
