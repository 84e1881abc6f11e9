namespace HybridStore.Coverage;

/// <summary>On which days rows are expected.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class TradingCalendar
{
    private static readonly DayOfWeek[] SaturdayAndSunday = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    private readonly IReadOnlyDictionary<DateOnly, TradingDay> _special;
    private readonly IReadOnlyCollection<DayOfWeek> _weekend;
    private readonly (int From, int To)? _years;

    internal TradingCalendar(string name, IReadOnlyDictionary<DateOnly, TradingDay> special, IReadOnlyCollection<DayOfWeek>? weekend = null, (int From, int To)? years = null)
    {
        Name = name;
        _special = special;
        _weekend = weekend ?? SaturdayAndSunday;
        _years = years;
    }

    /// <summary>Its name, such as <c>xnys</c>, or its file.</summary>
    public string Name { get; }

    /// <summary>Monday to Friday.</summary>
    public static TradingCalendar Weekdays { get; } = new("weekdays", new Dictionary<DateOnly, TradingDay>());

    /// <summary>Every day.</summary>
    public static TradingCalendar EveryDay { get; } = new("24x7", new Dictionary<DateOnly, TradingDay>(), []);

    /// <summary>The New York Stock Exchange, 2000 to 2030, with its holidays, closures and early closes.</summary>
    public static TradingCalendar NewYork { get; } = new("xnys", NewYorkDays.All(), years: (NewYorkDays.FirstYear, NewYorkDays.LastYear));

    /// <summary>The names of the calendars that are built in.</summary>
    public static IReadOnlyList<string> Names { get; } = [Weekdays.Name, EveryDay.Name, NewYork.Name];

    /// <summary>A calendar by its name, or from a file of holidays.</summary>
    /// <param name="text">One of <see cref="Names"/> in any case, or a file as <see cref="HolidayFile"/> describes it.</param>
    /// <exception cref="StoreException">Usage: there is neither such a calendar nor such a file, or the file is wrong.</exception>
    public static TradingCalendar Find(string text) => text.ToLowerInvariant() switch
    {
        "weekdays" => Weekdays,
        "24x7" or "24/7" => EveryDay,
        "xnys" or "nyse" => NewYork,
        _ when File.Exists(text) => HolidayFile.Read(text),
        _ => throw new StoreException(StoreErrorKind.Usage, $"There is no calendar and no file '{text}'. Use {string.Join(", ", Names)}, or a file with a holiday a line, such as 2024-12-25."),
    };

    /// <summary>What it says of a day.</summary>
    /// <param name="day">The local day.</param>
    /// <exception cref="StoreException">Usage: the calendar does not know that year.</exception>
    public TradingDay Of(DateOnly day)
    {
        if (_years is { } years && (day.Year < years.From || day.Year > years.To))
        {
            throw new StoreException(StoreErrorKind.Usage, $"The calendar {Name} knows the years {years.From} to {years.To}, and not {day:O}. Narrow the range with --from and --to, or name a file of holidays.");
        }

        if (_weekend.Contains(day.DayOfWeek)) return new TradingDay(0);
        return _special.GetValueOrDefault(day, new TradingDay(1));
    }
}
