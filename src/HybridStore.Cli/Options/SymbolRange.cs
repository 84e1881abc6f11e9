using System.Globalization;
using HybridStore.Schema;

namespace HybridStore.Cli.Options;

/// <summary>The words <c>[DATASET] SYMBOL[,SYMBOL...] FROM TO</c> of a command.</summary>
/// <param name="Dataset">Null when it was left out.</param>
/// <param name="Symbols">Null for ALL.</param>
/// <param name="Range">Both ends included.</param>
internal sealed record SymbolRange(string? Dataset, IReadOnlyList<string>? Symbols, DateRange Range)
{
    internal const string Usage = "[DATASET] SYMBOL[,SYMBOL...] FROM TO";

    /// <exception cref="StoreException">Usage: the words do not fit.</exception>
    internal static SymbolRange Parse(string command, IReadOnlyList<string> words)
    {
        if (words.Count is not (3 or 4))
        {
            throw new StoreException(StoreErrorKind.Usage, $"hybrid {command}: expected {Usage}, found {words.Count} word{(words.Count == 1 ? "" : "s")}. Example: hybrid {command} IBM 2013-10-07 2013-10-09");
        }

        var symbols = SymbolList.Parse(command, words[^3]);
        var (from, to) = (ParseDate(words[^2]), ParseDate(words[^1]));
        if (to < from) throw new StoreException(StoreErrorKind.Usage, $"The range begins with {from:O}, after its end {to:O}. Give the earlier date first.");
        return new SymbolRange(words.Count == 4 ? words[0] : null, symbols, new DateRange(from, to));
    }

    /// <exception cref="StoreException">Usage: it is no date.</exception>
    internal static DateOnly ParseDate(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? date
        : throw new StoreException(StoreErrorKind.Usage, $"'{text}' is no date. Write dates as 2024-11-30.");
}
