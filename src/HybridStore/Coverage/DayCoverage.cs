namespace HybridStore.Coverage;

/// <summary>A symbol's day.</summary>
/// <param name="Date">The local day.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Status">How it is covered.</param>
public readonly record struct DayCoverage(DateOnly Date, long Rows, DayStatus Status);
