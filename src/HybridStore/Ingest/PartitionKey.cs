namespace HybridStore.Ingest;

/// <summary>The partition of a row, in numbers that are cheap to compare.</summary>
/// <param name="Symbol">The symbol's number in its <see cref="SymbolTable"/>; -1 in layouts that do not split by symbol.</param>
/// <param name="Day">The first day of the partition's period, in days since 1970-01-01.</param>
internal readonly record struct PartitionKey(int Symbol, int Day);
