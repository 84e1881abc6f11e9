namespace HybridStore.Query;

/// <summary>The order in which a scan gives the rows of several symbols.</summary>
public enum ScanOrder
{
    /// <summary>All of the first symbol, in order of time, then all of the second: the fastest, since nothing is merged.</summary>
    BySymbol,

    /// <summary>All symbols in one order of time, as they happened; at equal times in the order of the symbols asked for, then as stored. Of more than 64 symbols, a day's rows are kept in memory at a time.</summary>
    ByTime,
}
