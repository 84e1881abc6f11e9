namespace HybridStore.Lake;

/// <summary>Reads a range of versions with as few files as there are.</summary>
/// <remarks>FORMAT.md, "Compacted files".</remarks>
internal sealed class LogReader
{
    private readonly LakePaths _paths;
    private readonly LogListing _log;

    internal LogReader(LakePaths paths, LogListing log)
    {
        _paths = paths;
        _log = log;
    }

    /// <summary>All up to a version: from version 0 where it is there, else from the newest checkpoint.</summary>
    /// <param name="to">The last version.</param>
    /// <exception cref="StoreException">CorruptStore: a version is missing or damaged.</exception>
    internal IEnumerable<DeltaCommit> ReadAll(long to)
    {
        var head = ReadHead(to);
        if (head is not null) yield return head;
        foreach (var commit in Read((head?.Version ?? -1) + 1, to)) yield return commit;
    }

    /// <summary>What stands for the versions that were cleaned up.</summary>
    /// <param name="to">The last version that it may hold.</param>
    /// <returns>Null when version 0 is there: then the commits tell all.</returns>
    /// <exception cref="StoreException">CorruptStore: it is damaged.</exception>
    internal DeltaCommit? ReadHead(long to)
    {
        // Compacted files replay faster than a checkpoint: see the figures in FORMAT.md.
        if (_log.Commits.Contains(0)) return null;
        var checkpoint = _log.Checkpoints.LastOrDefault(version => version <= to, -1);
        if (TryReadCompaction(0, to) is { } compacted && compacted.Version >= checkpoint) return compacted;
        return checkpoint < 0 ? null : CheckpointReader.Read(_paths, checkpoint);
    }

    /// <summary>The versions of a range, in order; several that a compacted file holds come as one.</summary>
    /// <param name="from">The first version.</param>
    /// <param name="to">The last version.</param>
    /// <exception cref="StoreException">CorruptStore: a version is missing or damaged.</exception>
    internal IEnumerable<DeltaCommit> Read(long from, long to)
    {
        for (var version = from; version <= to;)
        {
            var commit = TryReadCompaction(version, to) ?? ReadCommit(version);
            yield return commit;
            version = commit.Version + 1;
        }
    }

    private DeltaCommit? TryReadCompaction(long from, long to)
    {
        var lasts = _log.CompactionsFrom(from);
        for (var index = lasts.Count - 1; index >= 0; index--)
        {
            var last = lasts[index];
            if (last > to) continue;
            try
            {
                return DeltaLogReader.Read(_paths.Compaction(from, last), last, from);
            }
            catch (StoreException)
            {
                // It repeats what the commits say, only shorter: they are read instead, and 'verify' names the file.
            }
            catch (FileNotFoundException)
            {
                // It was removed since the log was listed: as good as never written.
            }
        }

        return null;
    }

    private DeltaCommit ReadCommit(long version) =>
        _log.Commits.Contains(version) ? DeltaLogReader.Read(_paths.Commit(version), version) : throw _log.Gap(version);
}
