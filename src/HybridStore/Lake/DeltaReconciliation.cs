using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Several versions of a log reconciled to one.</summary>
/// <remarks>Source: Delta protocol, "Action Reconciliation". Not thread-safe.</remarks>
internal sealed class DeltaReconciliation
{
    private readonly Dictionary<string, DeltaAdd> _adds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeltaRemove> _removes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _appTransactions = new(StringComparer.Ordinal);
    private DeltaProtocol? _protocol;
    private DeltaMetadata? _metadata;

    internal void Apply(DeltaCommit commit)
    {
        _protocol = commit.Protocol ?? _protocol;
        _metadata = commit.Metadata ?? _metadata;
        foreach (var remove in commit.Removes)
        {
            _adds.Remove(remove.Path);
            _removes[remove.Path] = remove;
        }

        foreach (var add in commit.Adds)
        {
            _removes.Remove(add.Path);
            _adds[add.Path] = add;
        }

        foreach (var (appId, version) in commit.AppTransactions) _appTransactions[appId] = version;
    }

    /// <summary>The compacted file.</summary>
    /// <param name="partitioning">The layout at the last version.</param>
    /// <param name="forCheckpoint">There no file is new, so that none counts as a change of data.</param>
    internal byte[] ToBytes(Partitioning partitioning, bool forCheckpoint = false)
    {
        using var log = new DeltaLogWriter();
        log.CompactionInfo();
        if (_protocol is not null) log.Protocol(_protocol);
        if (_metadata is not null) log.Metadata(_metadata);
        foreach (var (appId, version) in _appTransactions.OrderBy(pair => pair.Key, StringComparer.Ordinal)) log.AppTransaction(appId, version, time: null);
        foreach (var remove in _removes.Values.OrderBy(remove => remove.Path, StringComparer.Ordinal)) log.Remove(remove);
        foreach (var add in _adds.Values.OrderBy(add => add.Path, StringComparer.Ordinal)) log.Add(partitioning, forCheckpoint ? add with { DataChange = false } : add, add.AddedVersion);
        return log.ToBytes();
    }
}
