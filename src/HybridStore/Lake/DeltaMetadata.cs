namespace HybridStore.Lake;

/// <summary>Delta's action <c>metaData</c>: what the table is.</summary>
/// <param name="Id">The table's own id, the same for all its life.</param>
/// <param name="Name">The table's name; null when its writer gave none.</param>
/// <param name="SchemaString">The schema, JSON.</param>
/// <param name="PartitionColumns">In the order of the folders.</param>
/// <param name="Configuration">Delta's settings and ours.</param>
/// <param name="CreatedMs">When the table was made, Unix milliseconds.</param>
internal sealed record DeltaMetadata(
    string Id, string? Name, string SchemaString, IReadOnlyList<string> PartitionColumns, IReadOnlyDictionary<string, string> Configuration, long? CreatedMs)
{
    /// <summary>By value: a version that is read again is the same table.</summary>
    public bool Equals(DeltaMetadata? other) =>
        other is not null && Id == other.Id && Name == other.Name && SchemaString == other.SchemaString && CreatedMs == other.CreatedMs
        && PartitionColumns.SequenceEqual(other.PartitionColumns)
        && Configuration.Count == other.Configuration.Count && Configuration.All(pair => other.Configuration.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, SchemaString);
}
