namespace HybridStore.Lake;

/// <summary>A dataset on disk: an open Delta Lake table in a folder whose tree is also true for a plain glob.</summary>
/// <remarks>Thread-safe, and safe beside any number of other processes. FORMAT.md says what is on the disk.</remarks>
public sealed class LakeTable
{
    private readonly LakePaths _paths;
    private readonly TimeProvider _time;
    private readonly LakeDisk _disk;

    /// <summary>Names a dataset; touches nothing.</summary>
    /// <param name="folder">The dataset's folder, absolute; it need not exist yet.</param>
    /// <param name="time">The clock for what the log says about when.</param>
    public LakeTable(string folder, TimeProvider time)
        : this(folder, time, new LakeDisk())
    {
    }

    internal LakeTable(string folder, TimeProvider time, LakeDisk disk)
    {
        _paths = new LakePaths(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        _time = time;
        _disk = disk;
    }

    /// <summary>The datasets of a store.</summary>
    /// <param name="store">Where the store is.</param>
    /// <returns>The names of the folders that have a commit log, sorted.</returns>
    public static IReadOnlyList<string> Datasets(StorePaths store)
    {
        if (!Directory.Exists(store.Lake)) return [];
        return [.. Directory.EnumerateDirectories(store.Lake)
            .Where(folder => LogListing.Of(new LakePaths(folder)).Latest is not null)
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads the table.</summary>
    /// <param name="version">Which version; null for the latest.</param>
    /// <returns>Null when there is no table.</returns>
    /// <exception cref="StoreException">CorruptStore: the log has a gap, is damaged, or beyond what hybrid knows. Usage: there is no such version.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public LakeSnapshot? TryLoad(long? version = null)
    {
        var log = LogListing.Of(_paths);
        if (log.Latest is not { } latest) return null;
        if (version < 0 || version > latest)
        {
            throw new StoreException(StoreErrorKind.Usage, $"Dataset '{Path.GetFileName(_paths.Folder)}' has versions up to {latest}, and no {version}. See 'hybrid log'.");
        }

        return Replay(log, version ?? latest).ToSnapshot();
    }

    /// <summary>Begins a change. Finishes or rolls back first what dead writers left.</summary>
    /// <param name="basis">The snapshot that the change is computed from; null to make the table.</param>
    /// <param name="operation">The word for it in the log, such as <c>ingest</c>.</param>
    /// <param name="dataChange">False when rows only move, as in a compaction.</param>
    /// <exception cref="StoreException">CorruptStore: another program set the table up so that hybrid cannot write it.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public LakeTransaction Begin(LakeSnapshot? basis, string operation, bool dataChange = true)
    {
        var refusal = basis?.Protocol.WriteRefusal
            ?? (basis?.Metadata?.Configuration.TryGetValue("delta.appendOnly", out var appendOnly) == true && appendOnly == "true" ? "the setting delta.appendOnly" : null);
        if (refusal is not null)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{_paths.Log}: writing needs {refusal}, which hybrid does not know. It can only read this table.");
        }

        new LakeRecovery(_paths, _disk).Run();
        return new LakeTransaction(_paths, _disk, _time, basis, operation, dataChange);
    }

    private LakeReplay Replay(LogListing log, long version)
    {
        var replay = new LakeReplay(_paths.Folder);
        for (var next = replay.Version + 1; next <= version; next++)
        {
            if (!log.Commits.Contains(next)) throw log.Gap(next);
            replay.Apply(DeltaLogReader.Read(_paths.Commit(next), next));
        }

        return replay;
    }
}
