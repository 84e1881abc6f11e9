namespace HybridStore.Cli.Options;

/// <summary>Symbols as people give them: separated by commas, <c>ALL</c>, or <c>@FILE</c> with one a line.</summary>
internal static class SymbolList
{
    /// <returns>Null for ALL.</returns>
    /// <exception cref="StoreException">Usage: there is none, or no such file.</exception>
    internal static IReadOnlyList<string>? Parse(string command, string text)
    {
        if (text == "ALL") return null;
        IReadOnlyList<string> symbols = text.StartsWith('@') ? ReadFile(command, text[1..]) : text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return symbols.Count > 0
            ? symbols
            : throw new StoreException(StoreErrorKind.Usage, $"hybrid {command}: expected a symbol, found '{text}'. Separate several with commas, name a file with one a line as @FILE, or give ALL.");
    }

    /// <summary>Blank lines and those that begin with # are no symbols; all else is, commas included.</summary>
    private static List<string> ReadFile(string command, string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#')).Distinct(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreErrorKind.Usage, $"hybrid {command}: expected a file with one symbol a line, found: {exception.Message}", exception);
        }
    }
}
