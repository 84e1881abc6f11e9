namespace HybridStore.Query;

/// <summary>A result that later statements may ask again.</summary>
/// <param name="Reader">Its rows.</param>
/// <param name="RowsKept">How many; null when the statement's result cannot be kept.</param>
/// <param name="IsWhole">Whether <paramref name="Reader"/> gives all rows; otherwise there may be more than were kept.</param>
public sealed record KeptResult(QueryReader Reader, long? RowsKept, bool IsWhole);
