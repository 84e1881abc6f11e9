namespace HybridStore.Lake;

/// <summary>One version of the log, or several reconciled to one: the actions by kind.</summary>
/// <param name="Version">The last version in it, from 0.</param>
internal sealed record DeltaCommit(long Version)
{
    internal DeltaProtocol? Protocol { get; set; }

    internal DeltaMetadata? Metadata { get; set; }

    internal List<DeltaAdd> Adds { get; } = [];

    internal List<DeltaRemove> Removes { get; } = [];

    internal List<DeltaAppTransaction> AppTransactions { get; } = [];

    /// <summary>Delta's action <c>commitInfo</c> as it stands, UTF-8; null when the writer left none.</summary>
    internal byte[]? Info { get; set; }

    /// <summary>Which version the file says that it is, so that files that were swapped are found; null where it does not say.</summary>
    internal long? StatedVersion { get; set; }

    /// <summary>With which version the file says that it begins: of a compacted file.</summary>
    internal long? StatedFrom { get; set; }

    /// <summary>The id of the transaction that wrote it, or null.</summary>
    internal string? TransactionId { get; set; }
}
