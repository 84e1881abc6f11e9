using System.Globalization;

namespace HybridStore.Derive;

/// <summary>Intervals as people write them, such as <c>1m</c>, <c>30s</c> or <c>5 minutes</c>.</summary>
public static class IntervalText
{
    private static readonly (string Unit, string[] Names, TimeSpan Span)[] Units =
    [
        ("millisecond", ["ms", "millisecond", "milliseconds"], TimeSpan.FromMilliseconds(1)),
        ("second", ["s", "sec", "second", "seconds"], TimeSpan.FromSeconds(1)),
        ("minute", ["m", "min", "minute", "minutes"], TimeSpan.FromMinutes(1)),
        ("hour", ["h", "hour", "hours"], TimeSpan.FromHours(1)),
        ("day", ["d", "day", "days"], TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads an interval.</summary>
    /// <param name="text">A whole number and a unit: ms, s, m, h or d, or the words.</param>
    /// <returns>As DuckDB spells it, such as <c>5 minutes</c>, and how long it is: from a millisecond to a day.</returns>
    /// <exception cref="StoreException">Usage: it is no such interval.</exception>
    public static (string Sql, TimeSpan Span) Parse(string text)
    {
        var trimmed = text.Trim().ToLowerInvariant();
        var digits = trimmed.TakeWhile(char.IsAsciiDigit).Count();
        var unit = Array.Find(Units, unit => unit.Names.Contains(trimmed[digits..].Trim()));
        if (unit.Unit is not null && int.TryParse(trimmed[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count <= TimeSpan.FromDays(1) / unit.Span)
        {
            return ($"{count} {unit.Unit}{(count == 1 ? "" : "s")}", count * unit.Span);
        }

        throw new StoreException(StoreErrorKind.Usage, $"--every: expected an interval of up to a day such as 500ms, 1s, 5m, 1h or 1d, found '{text}'.");
    }
}
