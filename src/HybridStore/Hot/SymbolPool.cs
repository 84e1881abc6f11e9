namespace HybridStore.Hot;

/// <summary>One text for a symbol on all its days, of which there may be many.</summary>
internal sealed class SymbolPool
{
    private readonly HashSet<string> _symbols = new(StringComparer.Ordinal);

    /// <summary>The text that stands for a symbol.</summary>
    /// <param name="symbol">The symbol.</param>
    internal string Share(string symbol)
    {
        if (_symbols.TryGetValue(symbol, out var known)) return known;
        _symbols.Add(symbol);
        return symbol;
    }
}
