using System.Globalization;

namespace HybridStore.Cli.Options;

/// <summary>Spans of time as people write them, such as <c>500ms</c>, <c>30s</c>, <c>5m</c> or <c>2h</c>.</summary>
internal static class TimeLimit
{
    private static readonly (string Unit, TimeSpan Span)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)),
    ];

    /// <exception cref="StoreException">Usage: it is no such span.</exception>
    internal static TimeSpan Parse(string option, string text)
    {
        foreach (var (unit, span) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            if (double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count > 0 && count * span.TotalDays < 1000)
            {
                return count * span;
            }
        }

        throw new StoreException(StoreErrorKind.Usage, $"{option}: expected a time such as 500ms, 30s, 5m or 2h, found '{text}'.");
    }
}
