namespace HybridStore.Lake;

/// <summary>Delta's action <c>metaData</c>: what the table is.</summary>
/// <param name="Id">The table's own id, the same for all its life.</param>
/// <param name="Name">The table's name; null when its writer gave none.</param>
/// <param name="SchemaString">The schema, JSON.</param>
/// <param name="PartitionColumns">In the order of the folders.</param>
/// <param name="Configuration">Delta's settings and ours.</param>
/// <param name="CreatedMs">When the table was made, Unix milliseconds.</param>
internal sealed record DeltaMetadata(
    string Id, string? Name, string SchemaString, IReadOnlyList<string> PartitionColumns, IReadOnlyDictionary<string, string> Configuration, long? CreatedMs);
