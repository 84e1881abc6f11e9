using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Keeps the log short to replay: every 100 versions become one file, ten of those one more, and so on.</summary>
/// <remarks>FORMAT.md, "Compacted files". Source: Delta protocol, "Log Compaction Files".</remarks>
internal sealed class LogCompactor
{
    private const int FirstLevel = 100;
    private const int LevelFactor = 10;

    private readonly LakePaths _paths;
    private readonly LakeDisk _disk;
    private readonly string _draftFolder;

    /// <param name="paths">The dataset's.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="draftFolder">Where a file may be half written.</param>
    internal LogCompactor(LakePaths paths, LakeDisk disk, string draftFolder)
    {
        _paths = paths;
        _disk = disk;
        _draftFolder = draftFolder;
    }

    /// <summary>Writes the files that a new version completes, if any.</summary>
    /// <param name="version">A version that was just published.</param>
    /// <param name="partitioning">The layout at that version.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    internal void Run(long version, Partitioning partitioning)
    {
        for (long count = FirstLevel; (version + 1) % count == 0; count *= LevelFactor) Write(version - count + 1, version, partitioning);
    }

    private void Write(long from, long to, Partitioning partitioning)
    {
        var log = LogListing.Of(_paths);

        // What was cleaned up cannot be compacted any more.
        if (log.Compactions[from].Contains(to) || (from > 0 ? log.Commits.Min() > from : !log.Commits.Contains(0))) return;
        var sum = new DeltaReconciliation();
        foreach (var commit in new LogReader(_paths, log).Read(from, to)) sum.Apply(commit);
        var draft = Path.Combine(_draftFolder, "compacted.json");
        _disk.Write(draft, file => sum.WriteTo(file, partitioning, (from, to)));
        _disk.TryPublish(draft, _paths.Compaction(from, to));

        // The next one is another file: it may not be written into this one.
        _disk.Remove(draft);
    }
}
