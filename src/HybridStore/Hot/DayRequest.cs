namespace HybridStore.Hot;

/// <summary>Symbols of one day to make hot.</summary>
/// <param name="Date">The day.</param>
/// <param name="SymbolDays">What should be hot of it; what is so already is not loaded again.</param>
/// <param name="WholeDayFingerprint">The fingerprint of all files of the day, when the request has every symbol that the lake has of the day; otherwise null.</param>
/// <param name="Hold">How long it stays.</param>
/// <param name="Index">The index to build.</param>
internal sealed record DayRequest(DateOnly Date, IReadOnlyList<SymbolDay> SymbolDays, long? WholeDayFingerprint, HotHold Hold, HotIndex Index)
{
    /// <summary>Its rows: what a load takes at most.</summary>
    internal long RowCount => SymbolDays.Sum(day => day.RowCount);
}
