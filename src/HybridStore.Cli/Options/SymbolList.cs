using System.CommandLine;

namespace HybridStore.Cli.Options;

/// <summary><c>--symbols</c>: symbols with commas between, or a file of them.</summary>
internal static class SymbolList
{
    internal static Option<string?> CreateOption() => new("--symbols") { Description = "Only these; @FILE reads them from a file, one a line", HelpName = "A,B|@FILE" };

    /// <summary>The symbols of an option's value.</summary>
    /// <param name="text">As given; null when it was not.</param>
    /// <returns>Each once, as spelled; null for all.</returns>
    /// <exception cref="StoreException">Usage: the file is not there, or there is no symbol.</exception>
    internal static IReadOnlyList<string>? Parse(string? text)
    {
        if (text is null) return null;
        if (text.StartsWith('@') && !File.Exists(text[1..])) throw new StoreException(StoreErrorKind.Usage, $"--symbols: {text[1..]}: there is no such file.");
        var symbols = text.StartsWith('@') ? File.ReadAllLines(text[1..]) : text.Split(',');
        var distinct = symbols.Where(symbol => symbol.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return distinct.Count > 0 ? distinct : throw new StoreException(StoreErrorKind.Usage, "--symbols: expected at least one symbol, found none. Separate several with commas.");
    }
}
