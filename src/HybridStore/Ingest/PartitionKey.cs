namespace HybridStore.Ingest;

/// <summary>Which symbol's rows of which partition a row belongs to, in numbers that are cheap to compare.</summary>
/// <param name="Symbol">The symbol's number in its <see cref="SymbolTable"/>.</param>
/// <param name="Day">The first day of the partition's period, in days since 1970-01-01.</param>
internal readonly record struct PartitionKey(int Symbol, int Day)
{
    /// <summary>In place of a symbol: all of them, in layouts that do not split by symbol.</summary>
    internal const int AllSymbols = -1;
}
