namespace HybridStore.Hot;

/// <summary>The rows of one symbol on one day, as the books say that Postgres has them.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Date">The partition date.</param>
/// <param name="RowCount">Its rows.</param>
/// <param name="Fingerprint">Of the lake files that they were loaded from.</param>
/// <param name="Checksum">The sum of the rows' hashes.</param>
/// <param name="Hold">How long they stay.</param>
internal sealed record HotSymbolDay(string Symbol, DateOnly Date, long RowCount, long Fingerprint, long Checksum, HotHold Hold)
{
    /// <summary>Whether a comparison found it to be unlike the lake.</summary>
    internal bool IsMarked => Fingerprint == 0;
}
