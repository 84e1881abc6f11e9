namespace HybridStore.Lake;

/// <summary>What a change was computed from, and so which commits of others make it void.</summary>
/// <param name="paths">The dataset's.</param>
/// <param name="basis">The version that the change began from; null when it makes the table.</param>
/// <remarks>FORMAT.md, "Commits". Not thread-safe.</remarks>
internal sealed class LakeDependencies(LakePaths paths, LakeSnapshot? basis)
{
    private readonly HashSet<(string? Symbol, string? Time)> _partitions = [];
    private readonly HashSet<string> _replaced = new(StringComparer.Ordinal);
    private bool _dependsOnAll;

    /// <summary>Works that are part of the change, and none of which may be committed twice.</summary>
    internal Dictionary<string, long> AppTransactions { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether an application transaction of another says that this change's work was done under another id.</summary>
    internal Func<string, bool>? IsSameWork { get; set; }

    /// <summary>A partition that no other may add rows to meanwhile.</summary>
    internal void DependOn(string? symbol, string? time) => _partitions.Add((symbol, time));

    /// <summary>No other may change any rows.</summary>
    internal void DependOnAll() => _dependsOnAll = true;

    /// <summary>A file that no other may replace, too.</summary>
    internal void Replace(string path) => _replaced.Add(path);

    /// <summary>Reads what others committed from a version on, up to the first free one.</summary>
    /// <param name="version">The first that is not known yet; then the first that is free.</param>
    /// <returns>The commit that makes the change void; null when there is none.</returns>
    /// <exception cref="StoreException">CorruptStore: a commit is damaged.</exception>
    internal CommitOutcome? FindConflict(ref long version)
    {
        foreach (var (appId, number) in AppTransactions)
        {
            if (basis is not null && basis.AppTransactions.TryGetValue(appId, out var done) && done >= number)
            {
                return new CommitOutcome(basis.Version, CommitConflict.AlreadyCommitted, $"'{appId}' was committed before.");
            }
        }

        for (; TryReadCommit(version) is { } other; version++)
        {
            var conflict = ConflictWith(other);
            if (conflict.Kind != CommitConflict.None) return new CommitOutcome(version, conflict.Kind, $"Version {version} {conflict.Why}.");
        }

        // After the others: versions are cleaned up oldest first, so that none of them was missing as long as this one is there.
        return basis is null || File.Exists(paths.Commit(basis.Version)) || File.Exists(paths.Checkpoint(basis.Version))
            ? null
            : new CommitOutcome(basis.Version, CommitConflict.DataChanged, $"Version {basis.Version} is so old that the log no longer has it.");
    }

    private DeltaCommit? TryReadCommit(long version)
    {
        try
        {
            return File.Exists(paths.Commit(version)) ? DeltaLogReader.Read(paths.Commit(version), version) : null;
        }
        catch (FileNotFoundException)
        {
            return null; // Cleaned up at this moment: then the version that this change began from is gone, too.
        }
    }

    private (CommitConflict Kind, string Why) ConflictWith(DeltaCommit other)
    {
        foreach (var (appId, number) in other.AppTransactions)
        {
            if (AppTransactions.TryGetValue(appId, out var ours) && number >= ours) return (CommitConflict.AlreadyCommitted, $"holds '{appId}' already");
        }

        if (IsSameWork is { } isSame && other.AppTransactions.Any(transaction => isSame(transaction.AppId)))
        {
            return (CommitConflict.AlreadyCommitted, "holds a part of the same source already");
        }

        if (other.Metadata is not null || other.Protocol is not null) return (CommitConflict.SchemaChanged, "changed what the dataset is");
        if (other.Removes.Any(remove => _replaced.Contains(remove.Path))) return (CommitConflict.DataChanged, "replaced a file that this change replaces");
        if (_dependsOnAll && (other.Removes.Count > 0 || other.Adds.Count > 0)) return (CommitConflict.DataChanged, "changed rows that this change was computed from");
        if (_partitions.Count > 0 && other.Adds.Any(add => add.DataChange && _partitions.Contains((add.Symbol, string.IsNullOrEmpty(add.Time) ? null : add.Time))))
        {
            return (CommitConflict.DataChanged, "added rows to a partition that this change was computed from");
        }

        return (CommitConflict.None, "");
    }
}
