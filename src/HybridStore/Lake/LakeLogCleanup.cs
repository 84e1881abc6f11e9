namespace HybridStore.Lake;

/// <summary>Deletes versions of the log that a checkpoint stands for.</summary>
/// <remarks>FORMAT.md, "Log cleanup". What is live and what can be restored of later versions does not change.</remarks>
internal sealed class LakeLogCleanup
{
    private readonly LakeTable _table;
    private readonly LakePaths _paths;
    private readonly LakeDisk _disk;
    private readonly TimeProvider _time;

    internal LakeLogCleanup(LakeTable table, LakePaths paths, LakeDisk disk, TimeProvider time)
    {
        _table = table;
        _paths = paths;
        _disk = disk;
        _time = time;
    }

    internal VacuumReport Run(TimeSpan olderThan, bool dryRun, CancellationToken cancellationToken)
    {
        if (_table.TryLoad() is not { } latest) return new VacuumReport([], 0, 0);
        if (dryRun) return Plan(latest.Version, olderThan);

        // Begins so that no dead writer is left that only an old version tells to be committed.
        using var transaction = _table.Begin(latest, "vacuum");
        var plan = Plan(latest.Version, olderThan);
        if (plan.Paths.Count == 0) return plan;
        var snapshot = _table.TryLoad(plan.OldestVersion)!;
        var sum = new DeltaReconciliation();
        foreach (var commit in new LogReader(_paths, LogListing.Of(_paths)).ReadAll(snapshot.Version)) sum.Apply(commit);
        sum.DropTombstones(remove => !File.Exists(_paths.RetiredData(remove.Path)) && remove.DeletedMs <= LimitMs(olderThan));
        new CheckpointWriter(_paths, _disk, transaction.DraftFolder).Write(snapshot, sum, cancellationToken);
        WriteHead(snapshot, sum, transaction.DraftFolder);
        foreach (var path in plan.Paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _disk.Remove(path);
        }

        _disk.SyncFolder(_paths.Log);
        return plan;
    }

    /// <summary>The same as a compacted file: with a checksum of its own, and faster to read.</summary>
    private void WriteHead(LakeSnapshot snapshot, DeltaReconciliation sum, string draftFolder)
    {
        if (snapshot.Version == 0) return;
        var draft = Path.Combine(draftFolder, "compacted.json");
        _disk.Write(draft, file => sum.WriteTo(file, snapshot.Dataset.Partitioning, (0, snapshot.Version)));
        _disk.TryPublish(draft, _paths.Compaction(0, snapshot.Version));
    }

    /// <summary>What may go: versions from the oldest on, up to the first that is young, the latest, or one that a writer under way began from.</summary>
    private VacuumReport Plan(long latest, TimeSpan olderThan)
    {
        var log = LogListing.Of(_paths);
        var limitMs = LimitMs(olderThan);
        var end = new LakeRecovery(_paths, _disk).OldestBasis() is { } basis ? Math.Min(latest, basis) : latest;
        var oldest = log.Commits.Min();
        var keep = oldest;
        while (keep < end && log.Commits.Contains(keep) && TimeMs(keep) <= limitMs) keep++;
        var paths = new List<string>();
        if (keep > oldest)
        {
            for (var version = oldest; version < keep; version++) paths.Add(_paths.Commit(version));
            paths.AddRange(log.Checkpoints.Where(version => version < keep).Select(_paths.Checkpoint));
            paths.AddRange(log.Compactions.SelectMany(range => range.Select(to => (From: range.Key, To: to)))
                .Where(range => range.From < keep && (range.From, range.To) != (0, keep)).Select(range => _paths.Compaction(range.From, range.To)));
        }

        return new VacuumReport(paths, paths.Sum(path => new FileInfo(path).Length), keep);
    }

    private long LimitMs(TimeSpan olderThan) => (_time.GetUtcNow() - olderThan).ToUnixTimeMilliseconds();

    private long TimeMs(long version) =>
        LakeHistoryEntry.From(DeltaLogReader.Read(_paths.Commit(version), version)).Time?.ToUnixTimeMilliseconds()
        ?? new DateTimeOffset(File.GetLastWriteTimeUtc(_paths.Commit(version))).ToUnixTimeMilliseconds();
}
