namespace HybridStore.Lake;

/// <summary>What became of a transaction.</summary>
/// <param name="Version">The version it became, or the version that it conflicts with.</param>
/// <param name="Conflict">None when it was committed.</param>
/// <param name="Message">What the other writer did; empty when it was committed.</param>
public sealed record CommitOutcome(long Version, CommitConflict Conflict, string Message)
{
    /// <summary>What a person should know about the disk that the commit went to; null when there is nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Data files that entered the lake.</summary>
    public int FilesAdded { get; init; }

    /// <summary>Their size.</summary>
    public long BytesAdded { get; init; }

    /// <summary>Whether the transaction is now part of the lake, durably.</summary>
    public bool Committed => Conflict == CommitConflict.None;
}
