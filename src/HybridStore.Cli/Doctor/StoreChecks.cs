using System.Globalization;
using HybridStore.Lake;
using HybridStore.Native.Posix;

namespace HybridStore.Cli.Doctor;

/// <summary>Looks at a store's folder, its settings, its file system and its datasets.</summary>
internal static class StoreChecks
{
    private const long MiB = 1024L * 1024;

    /// <summary>Below this an ingest of a day of ticks may not find room.</summary>
    private const long DiskBytesWarn = 5 * 1024 * MiB;
    private const long DiskBytesMin = 256 * MiB;

    internal static IEnumerable<Finding> Run(StorePaths paths)
    {
        if (!Directory.Exists(paths.Root))
        {
            yield return Finding.Warn("store", $"{paths.Root} is not there", "Make it with 'hybrid ingest FILES', or name another with --store or HYBRID_STORE.");
            yield return Space("temporary files", Path.GetTempPath());
            yield break;
        }

        yield return Finding.Of("settings", () => Settings(paths), "Correct hybrid.json or the variable; 'hybrid config show' lists the settings.");
        yield return Space("disk of the store", paths.Root);
        yield return Space("temporary files", Path.GetTempPath());
        yield return Finding.Of("file system", () => FileSystem(paths.Root), "The store needs a local file system with hard links and locks, which this account may write: move it, or change its rights.");
        foreach (var name in Directory.Exists(paths.Lake) ? LakeTable.Datasets(paths) : [])
        {
            yield return Finding.Of($"dataset {name}", () => Dataset(paths, name), "Run 'hybrid verify'.");
        }
    }

    private static Finding Settings(StorePaths paths)
    {
        var settings = StoreSettings.Read(paths.Settings).OverriddenBy(Environment.GetEnvironmentVariable);
        return Finding.Ok("settings", string.Join(", ", StoreSetting.All.Where(setting => setting.Read(settings) is not null).Select(setting => $"{setting.Name} {setting.Read(settings)}")));
    }

    private static Finding Space(string check, string folder) => Finding.Of(
        check,
        () =>
        {
            var drive = new DriveInfo(folder);
            var found = $"{ByteSize.ToText(drive.AvailableFreeSpace)} free of {ByteSize.ToText(drive.TotalSize)}, {drive.DriveFormat}, {folder}";
            const string advice = "Make room: 'hybrid vacuum' removes what was replaced, 'hybrid evict' what Postgres need not hold.";
            return drive.AvailableFreeSpace < DiskBytesMin ? Finding.Fail(check, found, advice) : Finding.AtLeast(check, found, drive.AvailableFreeSpace >= DiskBytesWarn, advice);
        },
        "Check that the folder is mounted.");

    /// <summary>Does what a commit does: hard link onto a taken and a free name, lock, sync.</summary>
    private static Finding FileSystem(string folder)
    {
        var probe = Path.Combine(folder, $".hybrid-doctor-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(probe);
            var file = Path.Combine(probe, "a");
            File.WriteAllText(file, "a");
            DurableFile.SyncFile(file);
            var second = Path.Combine(probe, "b");
            var links = HasLinks(file, second);
            using var held = FileLock.TryTake(Path.Combine(probe, "lock"));
            using var again = FileLock.TryTake(Path.Combine(probe, "lock"));
            const string advice = "Several writers would destroy each other's work: move the store to a local file system.";
            if (held is null || again is not null) return Finding.Fail("file system", "a lock does not keep others off", advice);
            return links switch
            {
                true => Finding.Ok("file system", "hard links, locks and sync work"),
                false => Finding.Fail("file system", "a hard link replaced a file", advice),
                null => Finding.Warn("file system", "locks and sync work; there are no hard links: commits are made by renaming", "Write from one machine only, or move the store to a file system with hard links."),
            };
        }
        finally
        {
            if (Directory.Exists(probe)) Directory.Delete(probe, recursive: true);
        }
    }

    /// <returns>Null where the file system has no hard links; false when one took a name that was taken.</returns>
    private static bool? HasLinks(string file, string second)
    {
        try
        {
            return DurableFile.TryLink(file, second) && !DurableFile.TryLink(file, second);
        }
        catch (IOException exception) when (DurableFile.LacksLinks(exception))
        {
            return null;
        }
    }

    private static Finding Dataset(StorePaths paths, string name)
    {
        var table = new LakeTable(paths.Dataset(name), TimeProvider.System);
        var snapshot = table.TryLoad()!;
        var writers = table.Writers();
        var found = string.Create(CultureInfo.InvariantCulture, $"version {snapshot.Version}, {snapshot.Files.Count:N0} files");
        if (writers.Living > 0) found += $", {writers.Living} writer{(writers.Living == 1 ? "" : "s")} at work";
        return Finding.AtLeast(
            $"dataset {name}",
            writers.Dead > 0 ? $"{found}, {writers.Dead} stopped writer{(writers.Dead == 1 ? "" : "s")} left {ByteSize.ToText(writers.StagedBytes)} in staging" : found,
            writers.Dead == 0,
            "Nothing is lost: the next write to the dataset tidies up, such as 'hybrid compact'.");
    }
}
