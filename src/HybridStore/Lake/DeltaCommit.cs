namespace HybridStore.Lake;

/// <summary>One version of the log: its actions by kind.</summary>
/// <param name="Version">From 0.</param>
internal sealed record DeltaCommit(long Version)
{
    internal DeltaProtocol? Protocol { get; set; }

    internal DeltaMetadata? Metadata { get; set; }

    internal List<DeltaAdd> Adds { get; } = [];

    /// <summary>Paths as <see cref="DataFile.Path"/>.</summary>
    internal List<string> Removes { get; } = [];

    internal List<KeyValuePair<string, long>> AppTransactions { get; } = [];

    /// <summary>Delta's action <c>commitInfo</c> as it stands, UTF-8; null when the writer left none.</summary>
    internal byte[]? Info { get; set; }

    /// <summary>The id of the transaction that wrote it, or null.</summary>
    internal string? TransactionId { get; set; }
}
