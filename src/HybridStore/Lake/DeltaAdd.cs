namespace HybridStore.Lake;

/// <summary>Delta's action <c>add</c>: a data file enters the table.</summary>
internal sealed record DeltaAdd
{
    /// <summary>As <see cref="DataFile.Path"/>: decoded.</summary>
    internal required string Path { get; init; }

    /// <inheritdoc cref="DataFile.Url"/>
    internal string? Url { get; init; }

    /// <summary>The partition value of the symbol, raw; null when missing or when there is no such partition column.</summary>
    internal string? Symbol { get; init; }

    /// <summary>The partition value of the date, month or year.</summary>
    internal required string? Time { get; init; }

    internal required long SizeBytes { get; init; }

    internal required long ModifiedMs { get; init; }

    /// <summary>False when rows only moved, as in a compaction.</summary>
    internal required bool DataChange { get; init; }

    /// <summary>Null where the writer gave no statistics: Delta does not ask for them.</summary>
    internal required long? RowCount { get; init; }

    /// <summary>XXH64 of the whole file; 0 when another program wrote the file.</summary>
    internal required ulong Checksum { get; init; }

    internal required long AddedVersion { get; init; }

    /// <summary>Delta's statistics object, UTF-8; an empty object where there is none.</summary>
    internal required byte[] Statistics { get; init; }

    /// <summary>Delta's <c>deletionVector</c> as it stands, UTF-8; null when no row of the file is deleted.</summary>
    internal byte[]? DeletionVector { get; init; }
}
