namespace HybridStore.Lake;

/// <summary>Deletes files that left the table long ago.</summary>
internal sealed class LakeVacuum
{
    private readonly LakePaths _paths;
    private readonly LakeDisk _disk;
    private readonly TimeProvider _time;

    internal LakeVacuum(LakePaths paths, LakeDisk disk, TimeProvider time)
    {
        _paths = paths;
        _disk = disk;
        _time = time;
    }

    internal VacuumReport Run(TimeSpan olderThan, bool dryRun, CancellationToken cancellationToken)
    {
        // What dead writers left goes first: it may be in _retired, or belong there.
        if (!dryRun) new LakeRecovery(_paths, _disk).Run();
        var log = LogListing.Of(_paths);
        if (log.Latest is not { } latest || !Directory.Exists(_paths.Retired)) return new VacuumReport([], 0, 0);
        var removed = Removed(log, latest, cancellationToken);
        var limitMs = (_time.GetUtcNow() - olderThan).ToUnixTimeMilliseconds();
        var paths = new List<string>();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        long bytes = 0;
        long oldest = 0;
        foreach (var path in Directory.EnumerateFiles(_paths.Retired, "*" + LakePaths.RetiredSuffix, SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(_paths.Retired, path)[..^LakePaths.RetiredSuffix.Length];

            // A file that the log does not know stays: nobody can say how long it has been there.
            if (!removed.TryGetValue(name, out var entry) || entry.DeletedMs > limitMs) continue;
            bytes += new FileInfo(path).Length;
            paths.Add(path);
            oldest = Math.Max(oldest, entry.Version);
            folders.Add(Path.GetDirectoryName(path)!);
            if (!dryRun) _disk.Remove(path);
        }

        if (!dryRun)
        {
            foreach (var folder in folders) _disk.RemoveEmpty(folder, _paths.Retired);
        }

        return new VacuumReport(paths, bytes, oldest);
    }

    /// <summary>Which version removed a file, and when.</summary>
    private Dictionary<string, (long Version, long DeletedMs)> Removed(LogListing log, long latest, CancellationToken cancellationToken)
    {
        var removed = new Dictionary<string, (long Version, long DeletedMs)>(StringComparer.Ordinal);
        var head = new LogReader(_paths, log).ReadHead(latest);
        if (head is not null) Note(head);
        for (var version = (head?.Version ?? -1) + 1; version <= latest; version++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Note(log.Commits.Contains(version) ? DeltaLogReader.Read(_paths.Commit(version), version) : throw log.Gap(version));
        }

        return removed;

        void Note(DeltaCommit commit)
        {
            foreach (var remove in commit.Removes) removed[remove.Path] = (commit.Version, remove.DeletedMs);
        }
    }
}
