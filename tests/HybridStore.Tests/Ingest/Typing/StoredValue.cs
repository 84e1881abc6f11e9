using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using HybridStore.Schema;

namespace HybridStore.Tests.Ingest.Typing;

/// <summary>Judges whether a stored value is what a text says, by arithmetic of its own: whole numbers of any size, and no floating point.</summary>
internal static partial class StoredValue
{
    private static readonly string[] NullTexts = ["NULL", "null", "Null", "NA", "N/A", "n/a", "#N/A", "None", "none", "-", "--", "?", "\\N"];

    /// <summary>Whether nothing of a text was lost.</summary>
    /// <param name="text">A field without quotes.</param>
    /// <param name="stored">What is stored, as DuckDB writes it as text; null for no value.</param>
    /// <param name="type">The column's type.</param>
    internal static bool Is(string text, string? stored, ColumnType type)
    {
        if (type.Kind == ColumnKind.Varchar) return text == (stored ?? "");
        var value = text.Trim();
        if (stored is null) return value.Length == 0 || NullTexts.Contains(value);
        return type.Kind switch
        {
            ColumnKind.Boolean => value.Equals(stored, StringComparison.OrdinalIgnoreCase),
            ColumnKind.Date or ColumnKind.Timestamp => Microseconds(value) is { } us && us == Microseconds(stored) && (type.Kind == ColumnKind.Timestamp || us % 86_400_000_000 == 0),
            ColumnKind.TimestampTz => value.EndsWith('Z') && Microseconds(value[..^1]) is { } us && stored.EndsWith("+00", StringComparison.Ordinal) && us == Microseconds(stored[..^3]),
            ColumnKind.Double when Special(value) is { } special => special == Special(stored),
            ColumnKind.BigInt or ColumnKind.Decimal or ColumnKind.Double => Number(value) is { } number && number == Number(stored) && !HasLeadingZero(value)
                && (!IsNegativeZero(value, number) || (type.Kind == ColumnKind.Double && stored.StartsWith('-'))),
            _ => false,
        };
    }

    private static bool HasLeadingZero(string text) => text.TrimStart('+', '-') is ['0', >= '0' and <= '9', ..];

    private static bool IsNegativeZero(string text, (BigInteger Digits, int Exponent) number) => text.StartsWith('-') && number.Digits.IsZero;

    private static string? Special(string text) => text.TrimStart('+').ToLowerInvariant() switch
    {
        "nan" => "nan",
        "inf" or "infinity" => "inf",
        "-inf" or "-infinity" => "-inf",
        _ => null,
    };

    /// <summary>Digits without zeros at the end, times a power of ten.</summary>
    private static (BigInteger Digits, int Exponent)? Number(string text)
    {
        var match = NumberText().Match(text);
        if (!match.Success || match.Groups[2].Length + match.Groups[3].Length == 0) return null;
        var digits = BigInteger.Parse(match.Groups[1].Value + "0" + match.Groups[2].Value + match.Groups[3].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (digits.IsZero) return (digits, 0);
        var exponent = (match.Groups[4].Success ? int.Parse(match.Groups[4].Value, CultureInfo.InvariantCulture) : 0) - match.Groups[3].Length;
        for (; digits % 10 == 0; digits /= 10) exponent++;
        return (digits, exponent);
    }

    private static long? Microseconds(string text)
    {
        var match = TimeText().Match(text);
        if (!match.Success || !DateTime.TryParseExact(match.Groups[1].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return null;
        var fraction = match.Groups[5].Value.PadRight(6, '0');
        if (fraction[6..].Trim('0').Length > 0) return null;
        long Part(int group) => match.Groups[group].Success ? long.Parse(match.Groups[group].Value) : 0;
        return (day - DateTime.UnixEpoch).Ticks / 10 + ((Part(2) * 60 + Part(3)) * 60 + Part(4)) * 1_000_000 + long.Parse(fraction[..6]);
    }

    [GeneratedRegex("^([+-]?)([0-9]*)(?:\\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$")]
    private static partial Regex NumberText();

    [GeneratedRegex("^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]+))?)?)?$")]
    private static partial Regex TimeText();
}
