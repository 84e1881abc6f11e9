using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Rows came to a partition or left it.</summary>
/// <param name="Version">The version in which they did.</param>
/// <param name="Time">When, by the writer's clock; null when the writer did not say.</param>
/// <param name="Symbol">The partition's symbol; null for rows without one, and where partitions hold all symbols.</param>
/// <param name="Days">The partition's days.</param>
/// <param name="IsAdd">Whether a file came; otherwise one went.</param>
internal readonly record struct PartitionChange(long Version, DateTimeOffset? Time, string? Symbol, DateRange Days, bool IsAdd);
