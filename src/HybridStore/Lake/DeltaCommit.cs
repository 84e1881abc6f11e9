namespace HybridStore.Lake;

/// <summary>One version of the log, or several reconciled to one: the actions by kind.</summary>
/// <param name="Version">The last version in it, from 0.</param>
internal sealed record DeltaCommit(long Version)
{
    internal DeltaProtocol? Protocol { get; set; }

    internal DeltaMetadata? Metadata { get; set; }

    internal List<DeltaAdd> Adds { get; } = [];

    internal List<DeltaRemove> Removes { get; } = [];

    internal List<KeyValuePair<string, long>> AppTransactions { get; } = [];

    /// <summary>Delta's action <c>commitInfo</c> as it stands, UTF-8; null when the writer left none.</summary>
    internal byte[]? Info { get; set; }

    /// <summary>The id of the transaction that wrote it, or null.</summary>
    internal string? TransactionId { get; set; }
}
