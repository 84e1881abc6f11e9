using System.Globalization;

namespace HybridStore.Hot;

/// <summary>How many days a sync keeps hot.</summary>
/// <param name="Count">How many, at least 1.</param>
/// <param name="IsTradingDays">Whether only days count on which the lake has rows of the dataset.</param>
public readonly record struct HotWindow(int Count, bool IsTradingDays)
{
    /// <summary>The longest window.</summary>
    public const int CountMax = 36_500;

    /// <summary>What <see cref="TryParse"/> takes, for messages.</summary>
    internal const string Expected = "days such as \"30d\" or \"4w\", or trading days such as \"20td\"";

    /// <summary>Calendar days.</summary>
    /// <param name="days">How many, at least 1.</param>
    public static implicit operator HotWindow(int days) => new(days, IsTradingDays: false);

    /// <summary>Reads a window.</summary>
    /// <param name="text">A number and <c>d</c> (days), <c>w</c> (weeks) or <c>td</c> (trading days: those with rows), in any case.</param>
    /// <param name="window">The window.</param>
    /// <returns>False when it is none, or not in 1 to <see cref="CountMax"/> days.</returns>
    public static bool TryParse(string text, out HotWindow window)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var unit = text[digits..].ToLowerInvariant();
        window = default;
        if (unit is not ("d" or "w" or "td") || !int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        if (count is < 1 or > CountMax || (unit == "w" && count > CountMax / 7)) return false;
        window = new HotWindow(unit == "w" ? 7 * count : count, IsTradingDays: unit == "td");
        return true;
    }

    /// <summary>Such as <c>30d</c> or <c>20td</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count}{(IsTradingDays ? "td" : "d")}");
}
