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

    /// <summary>Forgets files that left, where nobody needs to know of them any more.</summary>
    internal void DropTombstones(Func<DeltaRemove, bool> isDropped)
    {
        foreach (var path in _removes.Values.Where(isDropped).Select(remove => remove.Path).ToList()) _removes.Remove(path);
    }

    /// <summary>Writes the compacted file.</summary>
    /// <param name="output">Where to: empty, seekable.</param>
    /// <param name="partitioning">The layout at the last version.</param>
    /// <param name="range">The versions in it; null for a checkpoint: there no file is new, so that none counts as a change of data.</param>
    internal void WriteTo(Stream output, Partitioning partitioning, (long From, long To)? range)
    {
        using var log = new DeltaLogWriter(output);
        log.CompactionInfo(range);
        if (_protocol is not null) log.Protocol(_protocol);
        if (_metadata is not null) log.Metadata(_metadata);
        foreach (var (appId, version) in _appTransactions.OrderBy(pair => pair.Key, StringComparer.Ordinal)) log.AppTransaction(appId, version, time: null);
        foreach (var remove in _removes.Values.OrderBy(remove => remove.Path, StringComparer.Ordinal)) log.Remove(remove);
        foreach (var add in _adds.Values.OrderBy(add => add.Path, StringComparer.Ordinal)) log.Add(partitioning, range is null ? add with { DataChange = false } : add, add.AddedVersion);
        log.Complete();
    }
}
