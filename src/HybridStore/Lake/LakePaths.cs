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

    internal const string RetiredSuffix = ".retired";

    internal const string StagedSuffix = ".staged";

    internal const string LockSuffix = ".lock";

    internal const string IntentName = "intent.json";
}
