namespace HybridStore.Hot;

/// <summary>What a comparison of Postgres with the lake found.</summary>
public sealed record HotVerifyResult
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Symbol-days compared.</summary>
    public required int PartitionsChecked { get; init; }

    /// <summary>Rows read from Postgres.</summary>
    public required long RowsChecked { get; init; }

    /// <summary>What is not as it should be; the next sync loads it again.</summary>
    public required IReadOnlyList<HotProblem> Problems { get; init; }

    /// <summary>Seconds in all.</summary>
    public required double Seconds { get; init; }
}
