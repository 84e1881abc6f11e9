namespace HybridStore.Lake;

/// <summary>Why a transaction was not committed: what another writer committed since the snapshot it began from.</summary>
public enum CommitConflict
{
    /// <summary>It was committed.</summary>
    None,

    /// <summary>The same work, by the same application id: nothing is left to do.</summary>
    AlreadyCommitted,

    /// <summary>Other columns or another layout, or the dataset itself: begin again from the new snapshot.</summary>
    SchemaChanged,

    /// <summary>A file that this transaction replaces, or rows in a partition that it depends on: begin again from the new snapshot.</summary>
    DataChanged,
}
