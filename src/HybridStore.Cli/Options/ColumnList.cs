using System.Text.RegularExpressions;
using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Cli.Options;

/// <summary>What <c>--columns</c> says: <c>price:decimal(18,4),day:date:dmy</c>.</summary>
/// <param name="Types">By column.</param>
/// <param name="Formats">How days and times are spelled, by column.</param>
internal sealed partial record ColumnList(IReadOnlyDictionary<string, ColumnType> Types, IReadOnlyDictionary<string, CsvTimeFormat> Formats)
{
    private static readonly Dictionary<string, CsvTimeFormat> FormatNames = new()
    {
        ["ymd"] = CsvTimeFormat.Iso,
        ["compact"] = CsvTimeFormat.Compact,
        ["dmy"] = CsvTimeFormat.DayMonthYear,
        ["mdy"] = CsvTimeFormat.MonthDayYear,
        ["dby"] = CsvTimeFormat.MonthName,
        ["dmy2"] = CsvTimeFormat.DayMonthShortYear,
        ["mdy2"] = CsvTimeFormat.MonthDayShortYear,
        ["ymd2"] = CsvTimeFormat.ShortYearMonthDay,
        ["dby2"] = CsvTimeFormat.MonthNameShortYear,
        ["epoch_s"] = CsvTimeFormat.EpochSeconds,
        ["epoch_ms"] = CsvTimeFormat.EpochMilliseconds,
        ["epoch_us"] = CsvTimeFormat.EpochMicroseconds,
        ["epoch_ns"] = CsvTimeFormat.EpochNanoseconds,
    };

    /// <summary>Reads the list.</summary>
    /// <param name="text">Null for none.</param>
    /// <exception cref="StoreException">Usage: it is not well formed, or there is no such type or format.</exception>
    internal static ColumnList Parse(string? text)
    {
        var types = new Dictionary<string, ColumnType>();
        var formats = new Dictionary<string, CsvTimeFormat>();
        foreach (var part in text is null ? [] : Comma().Split(text))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1) throw new StoreException(StoreErrorKind.Usage, $"--columns: expected name:type, found '{part}'. Separate several with commas.");
            var name = part[..colon].Trim().ToLowerInvariant();
            var words = part[(colon + 1)..].Split(':', StringSplitOptions.TrimEntries);
            types[name] = ColumnType.Parse(words[0]);
            if (words.Length == 1) continue;
            if (words.Length > 2 || !FormatNames.TryGetValue(words[1].ToLowerInvariant(), out var format))
            {
                throw new StoreException(StoreErrorKind.Usage, $"--columns: expected {string.Join(", ", FormatNames.Keys)} after the type, found '{part}'.");
            }

            formats[name] = format;
        }

        return new ColumnList(types, formats);
    }

    /// <summary>A decimal's width and scale have a comma of their own: split only where a name and a colon follow.</summary>
    [GeneratedRegex(",(?=[^,()]+:)")]
    private static partial Regex Comma();
}
