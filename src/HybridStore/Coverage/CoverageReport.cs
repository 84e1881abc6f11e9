namespace HybridStore.Coverage;

/// <summary>How a dataset is covered.</summary>
/// <param name="Dataset">Which.</param>
/// <param name="Version">Its version.</param>
/// <param name="Calendar">The calendar's name.</param>
/// <param name="From">The first day; null when there are no rows.</param>
/// <param name="To">The last day, included; null when there are no rows.</param>
/// <param name="Missing">Symbol-days that are missing.</param>
/// <param name="Thin">Symbol-days that are thin.</param>
/// <param name="Duplicate">Symbol-days that seem to be stored twice.</param>
/// <param name="Late">Symbol-days that came late.</param>
/// <param name="Extra">Symbol-days on which none were expected.</param>
/// <param name="KnowsLate">Whether the log can tell what came late: it cannot where partitions are longer than a day.</param>
/// <param name="Symbols">Each symbol, by name.</param>
public sealed record CoverageReport(
    string Dataset, long Version, string Calendar, DateOnly? From, DateOnly? To, int Missing, int Thin, int Duplicate, int Late, int Extra, bool KnowsLate, IReadOnlyList<SymbolCoverage> Symbols)
{
    /// <summary>Whether rows are missing, wholly or in part.</summary>
    public bool HasGaps => Missing + Thin > 0;
}
