namespace HybridStore.Hot;

/// <summary>What an eviction did.</summary>
public sealed record EvictResult
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Rows that Postgres no longer has.</summary>
    public required long RowsEvicted { get; init; }

    /// <summary>Symbol-days that Postgres no longer has.</summary>
    public required int PartitionsEvicted { get; init; }

    /// <summary>Symbol-days that stay, because the lake does not hold the same rows.</summary>
    public required IReadOnlyList<KeptSymbolDay> PartitionsKept { get; init; }

    /// <summary>Seconds in all.</summary>
    public required double Seconds { get; init; }
}
