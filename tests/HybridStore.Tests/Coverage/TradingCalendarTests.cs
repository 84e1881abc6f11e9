using HybridStore.Coverage;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Coverage;

public sealed class TradingCalendarTests
{
    /// <summary>Days with a close of the VIX index, 2000 to 2021, as an options course counts them; then the exchange's own announcements.</summary>
    private static readonly int[] OpenDays =
    [
        252, 248, 252, 252, 252, 252, 251, 251, 253, 252, 252, 252, 250, 252, 252, 252, 252, 251, 251, 252, 253, 252, 251, 250, 252, 250,
    ];

    /// <summary>The golden file was made by a script of another hand: Good Fridays from a table, the early closes of July from a list, the rest by walking the days.</summary>
    [Fact]
    public void New_York_is_closed_and_closes_early_on_the_days_of_the_golden_file()
    {
        var lines = new List<string>();
        for (var year = 2000; year <= 2030; year++)
        {
            var days = Days(year).Where(day => TradingCalendar.Weekdays.Of(day).IsOpen).Select(day => (Day: day, Of: TradingCalendar.NewYork.Of(day))).ToList();
            Assert.All(days, day => Assert.Equal(day.Of.Share is 1, day.Of.Name is null));
            lines.Add($"{year} open {days.Count(day => day.Of.IsOpen)}: closed {Text(days.Where(day => !day.Of.IsOpen))}; early {Text(days.Where(day => day.Of.Share is > 0 and < 1))}");
        }

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Coverage/Golden/xnys.txt")), string.Join('\n', lines) + "\n");

        static string Text(IEnumerable<(DateOnly Day, TradingDay Of)> days) => string.Join(' ', days.Select(day => $"{day.Day:MM-dd}"));
    }

    [Fact]
    public void New_York_is_open_on_as_many_days_as_others_counted() =>
        Assert.Equal(OpenDays, Enumerable.Range(2000, OpenDays.Length).Select(year => Days(year).Count(day => TradingCalendar.NewYork.Of(day).IsOpen)));

    [Theory]
    [InlineData("2001-09-14", 0)]
    [InlineData("2001-09-17", 1)]
    [InlineData("2003-12-26", 3.5 / 6.5)]
    [InlineData("2004-12-31", 1)]
    [InlineData("2008-12-26", 1)]
    [InlineData("2021-12-31", 1)]
    [InlineData("2022-06-20", 0)]
    [InlineData("2013-07-03", 3.5 / 6.5)]
    [InlineData("2013-07-05", 1)]
    [InlineData("2024-06-15", 0)]
    public void New_York_on_days_that_are_easily_wrong(string day, double share) => Assert.Equal(share, TradingCalendar.NewYork.Of(DateOnly.Parse(day, null)).Share);

    [Fact]
    public void Years_that_New_York_does_not_know_are_refused()
    {
        Assert.Contains("2000 to 2030", Assert.Throws<StoreException>(() => TradingCalendar.NewYork.Of(new DateOnly(1999, 12, 31))).Message, StringComparison.Ordinal);
        Assert.Throws<StoreException>(() => TradingCalendar.NewYork.Of(new DateOnly(2031, 1, 1)));
    }

    [Fact]
    public void A_file_says_holidays_early_closes_and_the_weekend()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("tadawul.txt", "# Riyadh\nweekend,Friday,Saturday\nsession,10:00,15:00\n2024-02-22,Founding Day\n2024-02-25,12:00,Short # half\n\n");
        var calendar = TradingCalendar.Find(file);
        Assert.Equal("tadawul.txt", calendar.Name);
        Assert.Equal([0, 0, 0, 0.4, 1], Enumerable.Range(22, 5).Select(day => calendar.Of(new DateOnly(2024, 2, day)).Share));
        Assert.Equal("Founding Day", calendar.Of(new DateOnly(2024, 2, 22)).Name);
        Assert.True(TradingCalendar.Find(folder.Write("all.txt", "weekend\n")).Of(new DateOnly(2024, 2, 24)).IsOpen);
    }

    [Theory]
    [InlineData("25.12.2024", ":1: expected a day")]
    [InlineData("2024-12-25\nweekend,Funday", ":2: expected a day")]
    [InlineData("2024-12-24,13:00", ":1: an early close needs a line")]
    [InlineData("session,09:30,16:00\n2024-12-24,17:00", ":2: an early close needs a line")]
    public void A_file_that_is_wrong_is_refused_with_its_line(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(expected, Assert.Throws<StoreException>(() => TradingCalendar.Find(folder.Write("h.txt", text))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_calendar_that_is_not_there_is_said() =>
        Assert.Contains("xnys", Assert.Throws<StoreException>(() => TradingCalendar.Find("xlon")).Message, StringComparison.Ordinal);

    private static IEnumerable<DateOnly> Days(int year)
    {
        for (var day = new DateOnly(year, 1, 1); day.Year == year; day = day.AddDays(1)) yield return day;
    }
}
