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
        if (log.Latest is not { } latest) return new VacuumReport([], 0, 0);
        var removed = Removed(log, latest, cancellationToken);
        var limitMs = (_time.GetUtcNow() - olderThan).ToUnixTimeMilliseconds();
        var paths = new List<string>();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        long bytes = 0;
        long oldest = 0;
        foreach (var (path, entry) in Candidates(removed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.DeletedMs > limitMs) continue;
            bytes += new FileInfo(path).Length;
            paths.Add(path);
            oldest = Math.Max(oldest, entry.Version);
            folders.Add(Path.GetDirectoryName(path)!);
            if (!dryRun) _disk.Remove(path);
        }

        if (!dryRun)
        {
            foreach (var folder in folders) _disk.RemoveEmpty(folder, folder.StartsWith(_paths.Retired, StringComparison.Ordinal) ? _paths.Retired : _paths.Folder);
        }

        return new VacuumReport(paths, bytes, oldest);
    }

    /// <summary>Files that left the table: those that hybrid put away, and those that other programs let lie in the tree, where a plain glob counts them.</summary>
    /// <remarks>A file that the log does not know stays: nobody can say how long it has been there.</remarks>
    private List<(string Path, (long Version, long DeletedMs) Entry)> Candidates(Dictionary<string, (long Version, long DeletedMs)> removed)
    {
        var found = new List<(string, (long, long))>();
        foreach (var (name, entry) in removed.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            foreach (var path in (string[])[_paths.RetiredData(name), _paths.Data(name)])
            {
                if (File.Exists(path) && _paths.FindLink(path) is null) found.Add((path, entry));
            }
        }

        return found;
    }

    /// <summary>Which version removed a file, and when; files that came back are left out.</summary>
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
            foreach (var add in commit.Adds) removed.Remove(add.Path);
        }
    }
}
