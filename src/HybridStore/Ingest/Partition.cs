namespace HybridStore.Ingest;

/// <summary>A partition that rows are written to.</summary>
/// <param name="Symbol">Null in layouts that do not split by symbol.</param>
/// <param name="Day">The first day of its period, in days since 1970-01-01.</param>
internal readonly record struct Partition(string? Symbol, int Day);
