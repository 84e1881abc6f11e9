using System.Globalization;

namespace HybridStore.Coverage;

/// <summary>A calendar from a text file.</summary>
/// <remarks>
/// A line a day: <c>2024-12-25</c>, or <c>2024-12-25,Christmas Day</c>; a day that closes early has the time: <c>2024-12-24,13:00,Christmas Eve</c>, and then a line
/// <c>session,09:30,16:00</c> says what an ordinary day is. <c>weekend,Friday,Saturday</c> where the weekend is another, <c>weekend</c> alone where there is none. # begins a comment.
/// </remarks>
internal static class HolidayFile
{
    /// <exception cref="StoreException">Usage: a line is none of those.</exception>
    internal static TradingCalendar Read(string path)
    {
        var special = new Dictionary<DateOnly, TradingDay>();
        var closes = new List<(DateOnly Day, TimeOnly Close, string? Name, int Line)>();
        (TimeOnly Open, TimeOnly Close)? session = null;
        List<DayOfWeek>? weekend = null;
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var parts = line.Split('#')[0].Split(',', StringSplitOptions.TrimEntries);
            if (parts is [""]) continue;
            if (parts[0] == "weekend") weekend = [.. parts.Skip(1).Select(name => Enum.TryParse<DayOfWeek>(name, ignoreCase: true, out var day) && !char.IsAsciiDigit(name[0]) ? day : throw Wrong(path, number, line))];
            else if (parts is ["session", var open, var close]) session = (TryTime(open) ?? throw Wrong(path, number, line), TryTime(close) ?? throw Wrong(path, number, line));
            else if (!DateOnly.TryParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) throw Wrong(path, number, line);
            else if (parts.Length > 1 && TryTime(parts[1]) is { } early) closes.Add((day, early, parts.ElementAtOrDefault(2), number));
            else special[day] = new TradingDay(0, parts.ElementAtOrDefault(1));
        }

        foreach (var (day, close, name, at) in closes)
        {
            if (session is not { } ordinary || ordinary.Close <= ordinary.Open || close <= ordinary.Open || close > ordinary.Close)
            {
                throw new StoreException(StoreErrorKind.Usage, $"{path}:{at}: an early close needs a line such as 'session,09:30,16:00', and must lie within it.");
            }

            special[day] = new TradingDay((close - ordinary.Open) / (ordinary.Close - ordinary.Open), name);
        }

        return new TradingCalendar(Path.GetFileName(path), special, weekend);
    }

    private static TimeOnly? TryTime(string text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static StoreException Wrong(string path, int line, string found) =>
        new(StoreErrorKind.Usage, $"{path}:{line}: expected a day such as 2024-12-25, or 2024-12-24,13:00, 'session,09:30,16:00' or 'weekend,Friday,Saturday', found '{found}'.");
}
