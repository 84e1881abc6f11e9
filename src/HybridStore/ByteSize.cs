using System.Globalization;

namespace HybridStore;

/// <summary>Sizes as people write them, such as <c>2GB</c>; the steps are of 1024.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>Reads a size.</summary>
    /// <param name="text">A number and a unit: B, KB, MB, GB or TB, with or without an <c>i</c>, in any case.</param>
    /// <param name="bytes">The size.</param>
    /// <returns>False when it is no size, or not above zero.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        var trimmed = text.Trim().ToUpperInvariant().Replace("IB", "B", StringComparison.Ordinal);
        var digits = trimmed.TrimEnd('B', 'K', 'M', 'G', 'T', ' ');
        var unit = Array.IndexOf(Units, trimmed[digits.Length..].Trim());
        bytes = 0;
        if (unit < 0 || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        var size = number * Math.Pow(1024, unit);
        if (size is < 1 or > long.MaxValue / 2) return false;
        bytes = (long)size;
        return true;
    }

    /// <summary>A size for a person, such as <c>1.9 MB</c>.</summary>
    /// <param name="bytes">Zero or more.</param>
    public static string ToText(long bytes)
    {
        var unit = 0;
        double size = bytes;
        while (size >= 1024 && unit < Units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {Units[unit]}");
    }
}
