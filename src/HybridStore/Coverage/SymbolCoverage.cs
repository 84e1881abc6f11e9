namespace HybridStore.Coverage;

/// <summary>How a symbol is covered.</summary>
/// <param name="Symbol">The symbol; empty for rows without one.</param>
/// <param name="Rows">Its rows in the range.</param>
/// <param name="MedianRows">What an ordinary day of it has; 0 when it has no day.</param>
/// <param name="Days">Its days in order; those that are closed and empty, or lie before its first, are left out.</param>
public sealed record SymbolCoverage(string Symbol, long Rows, double MedianRows, IReadOnlyList<DayCoverage> Days)
{
    /// <summary>How many of its days have a status.</summary>
    /// <param name="status">Which.</param>
    public int Count(DayStatus status) => Days.Count(day => day.Status == status);
}
