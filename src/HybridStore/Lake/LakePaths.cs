using System.Globalization;

namespace HybridStore.Lake;

/// <summary>Where everything of one dataset is: the one place that joins its paths.</summary>
/// <param name="Folder">The dataset's folder, absolute.</param>
/// <remarks>FORMAT.md, "Folders".</remarks>
internal sealed record LakePaths(string Folder)
{
    private const string VersionFormat = "D20";
    private const string CompactionSuffix = ".compacted.json";

    internal string Log => Path.Combine(Folder, "_delta_log");

    internal string Staging => Path.Combine(Folder, "_staging");

    internal string Retired => Path.Combine(Folder, "_retired");

    internal string LastCheckpoint => Path.Combine(Log, "_last_checkpoint");

    internal static string CommitName(long version) => version.ToString(VersionFormat, CultureInfo.InvariantCulture) + ".json";

    internal static string CheckpointName(long version) => version.ToString(VersionFormat, CultureInfo.InvariantCulture) + ".checkpoint.parquet";

    internal static string CompactionName(long from, long to) => $"{from.ToString(VersionFormat, CultureInfo.InvariantCulture)}.{to.ToString(VersionFormat, CultureInfo.InvariantCulture)}{CompactionSuffix}";

    /// <summary>The versions of a compacted file of the log, or null when the name is no such file's.</summary>
    internal static (long From, long To)? CompactionOf(ReadOnlySpan<char> name) =>
        name.Length == 41 + CompactionSuffix.Length && name[20] == '.' && VersionOf(name[21..], CompactionSuffix) is { } to
        && long.TryParse(name[..20], NumberStyles.None, CultureInfo.InvariantCulture, out var from) && from < to
            ? (from, to)
            : null;

    /// <summary>The version of a file of the log, or null when the name is no such file's.</summary>
    internal static long? VersionOf(ReadOnlySpan<char> name, string suffix) =>
        name.Length == 20 + suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal)
        && long.TryParse(name[..20], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : null;

    internal string Commit(long version) => Path.Combine(Log, CommitName(version));

    internal string Compaction(long from, long to) => Path.Combine(Log, CompactionName(from, to));

    internal string Checkpoint(long version) => Path.Combine(Log, CheckpointName(version));

    /// <summary>A data file in the tree.</summary>
    /// <param name="path">As <see cref="DataFile.Path"/>.</param>
    internal string Data(string path) => Path.Combine(Folder, path);

    /// <summary>Where a data file is kept that left the tree.</summary>
    /// <param name="path">As <see cref="DataFile.Path"/>.</param>
    /// <remarks>DuckDB's <c>**/*.parquet</c> looks into hidden folders too: so what is hidden is not called .parquet.</remarks>
    internal string RetiredData(string path) => Path.Combine(Retired, path + RetiredSuffix);

    internal string Transaction(string id) => Path.Combine(Staging, id);

    internal string TransactionLock(string id) => Path.Combine(Staging, id + LockSuffix);

    internal string Intent(string id) => Path.Combine(Staging, id, IntentName);

    internal string Staged(string id, string name) => Path.Combine(Staging, id, name + StagedSuffix);

    /// <summary>A symbolic link among the folders of a file, or the file itself, below the dataset's folder; null when there is none.</summary>
    /// <param name="path">Absolute, in the dataset's folder.</param>
    internal string? FindLink(string path)
    {
        for (var part = path; part.Length > Folder.Length; part = Path.GetDirectoryName(part)!)
        {
            var info = new FileInfo(part);
            if ((int)info.Attributes != -1 && (info.Attributes & FileAttributes.ReparsePoint) != 0) return part;
        }

        return null;
    }

    /// <summary>Refuses to write or to remove files behind a symbolic link: it may lead out of the lake.</summary>
    /// <param name="paths">As <see cref="DataFile.Path"/>.</param>
    /// <exception cref="StoreException">CorruptStore: which link.</exception>
    internal void RequireNoLinks(IEnumerable<string> paths)
    {
        var folders = paths.Select(path => Path.GetDirectoryName(Data(path))!).Append(Retired).Append(Staging).ToHashSet(StringComparer.Ordinal);
        if (folders.Select(FindLink).FirstOrDefault(link => link is not null) is not { } found) return;
        throw new StoreException(
            StoreErrorKind.CorruptStore,
            $"{found}: expected a folder of the lake's own, found a symbolic link. Nothing is written or removed behind it: put the folder itself there. Nothing was changed.");
    }

    internal const string RetiredSuffix = ".retired";

    internal const string StagedSuffix = ".staged";

    internal const string LockSuffix = ".lock";

    internal const string IntentName = "intent.json";
}
