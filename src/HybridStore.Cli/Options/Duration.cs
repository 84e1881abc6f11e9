using System.Globalization;

namespace HybridStore.Cli.Options;

/// <summary>Spans of days as people write them, such as <c>30d</c>, <c>2w</c> or <c>12h</c>.</summary>
internal static class Duration
{
    /// <exception cref="StoreException">Usage: it is no such span.</exception>
    internal static TimeSpan Parse(string option, string text)
    {
        var unit = text.Length == 0 ? ' ' : char.ToLowerInvariant(text[^1]);
        var days = unit switch { 'h' => 1 / 24.0, 'd' => 1, 'w' => 7, _ => 0 };
        if (days > 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 36_500)
        {
            return TimeSpan.FromDays(count * days);
        }

        throw new StoreException(StoreErrorKind.Usage, $"{option}: expected a number of hours, days or weeks such as 12h, 30d or 2w, found '{text}'.");
    }
}
