namespace HybridStore.Query;

/// <summary>Limits of a <see cref="QueryEngine"/>.</summary>
public sealed record QueryOptions
{
    /// <summary>Memory for all statements together; null for DuckDB's own limit, four fifths of the machine's.</summary>
    public long? MemoryBytesMax { get; init; }

    /// <summary>Threads for all statements together; null for one a core.</summary>
    public int? ThreadsMax { get; init; }

    /// <summary>Disk space for what does not fit into memory.</summary>
    public long TemporaryBytesMax { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>Whether each file is compared with its checksum before the first statement that reads it.</summary>
    public bool ChecksFiles { get; init; }

    /// <summary>The one file outside the datasets that <see cref="QueryEngine.WriteParquet"/> may make, absolute.</summary>
    public string? OutputPath { get; init; }

    /// <summary>The one folder outside the datasets in which an export makes its files, absolute.</summary>
    internal string? OutputFolder { get; init; }
}
