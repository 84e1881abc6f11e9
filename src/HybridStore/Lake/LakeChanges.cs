using System.Text.Json;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Which partitions' rows changed from version to version: what only moved, as in a compaction, is left out.</summary>
internal static class LakeChanges
{
    /// <summary>The changes behind a version.</summary>
    /// <param name="paths">Whose.</param>
    /// <param name="before">The table at the version to begin behind; null to begin with the first.</param>
    /// <param name="to">The last version.</param>
    /// <returns>Null when the log no longer has all of those versions.</returns>
    /// <exception cref="StoreException">CorruptStore: a version is damaged.</exception>
    internal static List<PartitionChange>? Find(LakePaths paths, LakeSnapshot? before, long to)
    {
        var changes = new List<PartitionChange>();
        var partitions = (before?.Files ?? []).ToDictionary(file => file.Path, file => (file.Symbol, file.Days), StringComparer.Ordinal);
        for (var version = (before?.Version ?? -1) + 1; version <= to; version++)
        {
            if (!File.Exists(paths.Commit(version))) return null;
            var commit = DeltaLogReader.Read(paths.Commit(version), version);
            var time = TimeOf(commit);
            foreach (var remove in commit.Removes)
            {
                if (!partitions.Remove(remove.Path, out var partition)) return null;
                if (remove.DataChange) changes.Add(new PartitionChange(version, time, partition.Symbol, partition.Days, IsAdd: false));
            }

            foreach (var add in commit.Adds)
            {
                if (DaysOf(add.Time) is not { } days) return null;
                partitions[add.Path] = (add.Symbol, days);
                if (add.DataChange) changes.Add(new PartitionChange(version, time, add.Symbol, days, IsAdd: true));
            }
        }

        return changes;
    }

    /// <summary>The layout may have changed in between: the value itself says whether it is a day, a month or a year.</summary>
    private static DateRange? DaysOf(string? value) =>
        PartitionPath.TryParseTime(Partitioning.Date, value) ?? PartitionPath.TryParseTime(Partitioning.Month, value) ?? PartitionPath.TryParseTime(Partitioning.Year, value);

    private static DateTimeOffset? TimeOf(DeltaCommit commit)
    {
        if (commit.Info is null) return null;
        using var info = JsonDocument.Parse(commit.Info);
        return info.RootElement.TryGetProperty("timestamp", out var time) && time.TryGetInt64(out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }
}
