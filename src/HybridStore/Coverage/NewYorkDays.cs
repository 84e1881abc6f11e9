namespace HybridStore.Coverage;

/// <summary>The days on which the New York Stock Exchange is closed or closes early.</summary>
/// <remarks>
/// Source: the exchange's holiday rules (Rule 7.2) and its notices of the closures that no rule foresaw. Rules in force today are taken to hold until
/// <see cref="LastYear"/>. An ordinary session is 09:30 to 16:00, a short one ends at 13:00.
/// </remarks>
internal static class NewYorkDays
{
    internal const int FirstYear = 2000;
    internal const int LastYear = 2030;

    private const double ShortShare = 3.5 / 6.5;
    private const int FirstJuneteenth = 2022;
    private const int FirstShortWednesday = 2013;

    private static readonly (DateOnly Day, string Name)[] Closures =
    [
        (new(2001, 9, 11), "Attacks of September 11"), (new(2001, 9, 12), "Attacks of September 11"), (new(2001, 9, 13), "Attacks of September 11"), (new(2001, 9, 14), "Attacks of September 11"),
        (new(2004, 6, 11), "Mourning for Ronald Reagan"), (new(2007, 1, 2), "Mourning for Gerald Ford"),
        (new(2012, 10, 29), "Hurricane Sandy"), (new(2012, 10, 30), "Hurricane Sandy"),
        (new(2018, 12, 5), "Mourning for George H. W. Bush"), (new(2025, 1, 9), "Mourning for Jimmy Carter"),
    ];

    internal static IReadOnlyDictionary<DateOnly, TradingDay> All()
    {
        var days = new SortedDictionary<DateOnly, TradingDay>();
        for (var year = FirstYear; year <= LastYear; year++)
        {
            foreach (var (day, name) in EarlyCloses(year)) days[day] = new TradingDay(ShortShare, name);
            foreach (var (day, name) in Holidays(year)) days[day] = new TradingDay(0, name);
        }

        foreach (var (day, name) in Closures) days[day] = new TradingDay(0, name);
        return days;
    }

    private static IEnumerable<(DateOnly Day, string Name)> Holidays(int year)
    {
        // On a Saturday it is not made up for: the Friday before ends a year of accounts.
        if (new DateOnly(year, 1, 1) is var newYear && newYear.DayOfWeek != DayOfWeek.Saturday) yield return (Observed(newYear), "New Year's Day");
        yield return (Nth(3, DayOfWeek.Monday, year, 1), "Martin Luther King Jr. Day");
        yield return (Nth(3, DayOfWeek.Monday, year, 2), "Washington's Birthday");
        yield return (Easter(year).AddDays(-2), "Good Friday");
        yield return (Nth(1, DayOfWeek.Monday, year, 6).AddDays(-7), "Memorial Day");
        if (year >= FirstJuneteenth) yield return (Observed(new DateOnly(year, 6, 19)), "Juneteenth");
        yield return (Observed(new DateOnly(year, 7, 4)), "Independence Day");
        yield return (Nth(1, DayOfWeek.Monday, year, 9), "Labor Day");
        yield return (Nth(4, DayOfWeek.Thursday, year, 11), "Thanksgiving Day");
        yield return (Observed(new DateOnly(year, 12, 25)), "Christmas Day");
    }

    private static IEnumerable<(DateOnly Day, string Name)> EarlyCloses(int year)
    {
        // Where one of these days is itself the holiday observed, Holidays has the last word.
        var eve = new DateOnly(year, 7, 3);
        var isShort = eve.DayOfWeek is DayOfWeek.Monday or DayOfWeek.Tuesday or DayOfWeek.Thursday || (eve.DayOfWeek == DayOfWeek.Wednesday && year >= FirstShortWednesday);
        if (isShort) yield return (eve, "Day before Independence Day");
        if (eve.DayOfWeek == DayOfWeek.Wednesday && year < FirstShortWednesday) yield return (eve.AddDays(2), "Day after Independence Day");
        yield return (Nth(4, DayOfWeek.Thursday, year, 11).AddDays(1), "Day after Thanksgiving");
        if (new DateOnly(year, 12, 24) is { DayOfWeek: >= DayOfWeek.Monday and <= DayOfWeek.Thursday } christmasEve) yield return (christmasEve, "Christmas Eve");
        if (year == 2003) yield return (new DateOnly(2003, 12, 26), "Day after Christmas");
    }

    /// <summary>A Saturday's holiday is kept on the Friday, a Sunday's on the Monday.</summary>
    private static DateOnly Observed(DateOnly day) => day.DayOfWeek switch
    {
        DayOfWeek.Saturday => day.AddDays(-1),
        DayOfWeek.Sunday => day.AddDays(1),
        _ => day,
    };

    private static DateOnly Nth(int count, DayOfWeek weekday, int year, int month)
    {
        var first = new DateOnly(year, month, 1);
        return first.AddDays(((int)weekday - (int)first.DayOfWeek + 7) % 7 + 7 * (count - 1));
    }

    /// <summary>Easter Sunday by the Gregorian computus as Meeus gives it.</summary>
    private static DateOnly Easter(int year)
    {
        var (a, b, c) = (year % 19, year / 100, year % 100);
        var (d, e) = (b / 4, b % 4);
        var g = (8 * b + 13) / 25;
        var h = (19 * a + b - d - g + 15) % 30;
        var (i, k) = (c / 4, c % 4);
        var l = (32 + 2 * e + 2 * i - h - k) % 7;
        var m = (a + 11 * h + 22 * l) / 451;
        var n = h + l - 7 * m + 114;
        return new DateOnly(year, n / 31, n % 31 + 1);
    }
}
