namespace HybridStore.Hot;

/// <summary>Rows and checksum by symbol.</summary>
internal sealed class SymbolTotals
{
    private readonly Dictionary<string, Total> _totals = new(StringComparer.Ordinal);

    /// <summary>The symbols.</summary>
    internal IReadOnlyCollection<string> Symbols => _totals.Keys;

    /// <summary>Rows in all.</summary>
    internal long RowCount => _totals.Values.Sum(total => total.RowCount);

    /// <summary>What there is of a symbol; nothing when it never occurred.</summary>
    /// <param name="symbol">The symbol.</param>
    internal (long RowCount, ulong Checksum) this[string symbol] => _totals.TryGetValue(symbol, out var total) ? (total.RowCount, total.Checksum) : default;

    /// <summary>The total of a symbol, to add to.</summary>
    /// <param name="symbol">The symbol.</param>
    internal Total Of(string symbol)
    {
        if (!_totals.TryGetValue(symbol, out var total)) _totals[symbol] = total = new Total();
        return total;
    }

    /// <summary>A symbol's total.</summary>
    internal sealed class Total
    {
        internal long RowCount { get; private set; }

        internal ulong Checksum { get; private set; }

        /// <summary>Adds rows.</summary>
        /// <param name="rowCount">How many.</param>
        /// <param name="checksum">The sum of their hashes.</param>
        internal void Add(long rowCount, ulong checksum)
        {
            RowCount += rowCount;
            Checksum = unchecked(Checksum + checksum);
        }
    }
}
