namespace HybridStore.Lake;

/// <summary>Which versions a log has, as far as its file names tell.</summary>
/// <param name="Folder">The log's folder.</param>
/// <param name="Commits">Versions that have a file of actions.</param>
/// <param name="Checkpoints">Versions that have a checkpoint, ascending.</param>
/// <param name="Compactions">Ranges of versions that have a compacted file: the last versions by the first one, ascending.</param>
/// <remarks>Plain lists: it is the first thing that a command does, and code for lists of pairs would be compiled for it at every start.</remarks>
internal sealed record LogListing(string Folder, IReadOnlySet<long> Commits, IReadOnlyList<long> Checkpoints, IReadOnlyDictionary<long, List<long>> Compactions)
{
    /// <summary>The newest version, or null when there is no log.</summary>
    internal long? Latest { get; private init; }

    /// <summary>Whether there is a log: any version of it.</summary>
    internal static bool Exists(LakePaths paths) => Directory.Exists(paths.Log) && Directory.EnumerateFiles(paths.Log).Any(path =>
        LakePaths.VersionOf(Path.GetFileName(path.AsSpan()), ".json") is not null || LakePaths.VersionOf(Path.GetFileName(path.AsSpan()), ".checkpoint.parquet") is not null);

    internal static LogListing Of(LakePaths paths)
    {
        var commits = new HashSet<long>();
        var checkpoints = new List<long>();
        var compactions = new Dictionary<long, List<long>>();
        long? latest = null;
        if (Directory.Exists(paths.Log))
        {
            foreach (var path in Directory.EnumerateFiles(paths.Log))
            {
                var name = Path.GetFileName(path.AsSpan());
                var version = LakePaths.VersionOf(name, ".json");
                if (version is { } commit) commits.Add(commit);
                else if ((version = LakePaths.VersionOf(name, ".checkpoint.parquet")) is { } checkpoint) checkpoints.Add(checkpoint);
                else if (LakePaths.CompactionOf(name) is { } range) Add(compactions, range.From, range.To);
                if (version > (latest ?? -1)) latest = version;
            }
        }

        if (checkpoints.Count > 1) checkpoints.Sort();
        foreach (var lasts in compactions.Values) lasts.Sort();
        return new LogListing(paths.Log, commits, checkpoints, compactions) { Latest = latest };
    }

    /// <summary>The last versions of the compacted files that begin with a version, ascending.</summary>
    internal IReadOnlyList<long> CompactionsFrom(long from) => Compactions.TryGetValue(from, out var lasts) ? lasts : [];

    /// <summary>Whether nothing came or went between two looks.</summary>
    internal bool HasSameFiles(LogListing other) =>
        Commits.SetEquals(other.Commits) && Checkpoints.SequenceEqual(other.Checkpoints) && Compactions.Count == other.Compactions.Count && Compactions.All(range => range.Value.SequenceEqual(other.CompactionsFrom(range.Key)));

    private static void Add(Dictionary<long, List<long>> compactions, long from, long to)
    {
        if (!compactions.TryGetValue(from, out var lasts)) compactions[from] = lasts = [];
        lasts.Add(to);
    }

    /// <summary>The log lacks a version that it must have.</summary>
    internal StoreException Gap(long version) => new(
        StoreErrorKind.CorruptStore,
        $"{Path.Combine(Folder, LakePaths.CommitName(version))}: expected version {version} of the log, found none, though there is a later one. Restore the file from a backup.");
}
