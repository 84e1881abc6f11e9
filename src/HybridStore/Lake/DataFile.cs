using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A live Parquet file of a dataset, as the commit log describes it.</summary>
public sealed record DataFile
{
    /// <summary>Below the dataset's folder, with the folders' real (encoded) names and <c>/</c> between them.</summary>
    public required string Path { get; init; }

    /// <summary>The one symbol whose rows it holds, exactly as in the source; null in time-major layouts.</summary>
    public string? Symbol { get; init; }

    /// <summary>The partition's days: one day, a month or a year.</summary>
    public required DateRange Days { get; init; }

    /// <summary>The file's size.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Its rows.</summary>
    public required long RowCount { get; init; }

    /// <summary>XXH64 of the whole file.</summary>
    public required ulong Checksum { get; init; }

    /// <summary>The version of the lake whose commit added it.</summary>
    public required long AddedVersion { get; init; }

    /// <summary>Smallest, largest and missing values by column, as far as the writer knew them.</summary>
    public IReadOnlyList<ColumnStatistics> Statistics { get; init; } = [];
}
