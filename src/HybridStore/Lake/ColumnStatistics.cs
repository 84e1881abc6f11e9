namespace HybridStore.Lake;

/// <summary>What a data file's column holds.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Minimum">Not above any value, as DuckDB casts it to text; null when unknown or when every value is missing.</param>
/// <param name="Maximum">Not below any value, likewise.</param>
/// <param name="NullCount">Missing values; null when unknown.</param>
public sealed record ColumnStatistics(string Column, string? Minimum, string? Maximum, long? NullCount);
