using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>What a folder of Parquet files does not say about itself.</summary>
public sealed record AdoptRequest
{
    /// <summary>The column, of the files or of their folders, that names the instrument.</summary>
    public required string SymbolColumn { get; init; }

    /// <summary>The column, of the files or of their folders, that orders the rows.</summary>
    public required string TimeColumn { get; init; }

    /// <summary>IANA name of the zone whose calendar days are the partition dates.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Whether the rows are written anew, in order and by partition. Otherwise the files themselves are taken, as far as all are fit.</summary>
    public bool Rewrites { get; init; }

    /// <summary>The layout.</summary>
    public Partitioning Partitioning { get; init; } = Partitioning.SymbolDate;
}
