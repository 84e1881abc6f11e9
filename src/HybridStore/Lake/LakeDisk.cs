using HybridStore.Native.Posix;

namespace HybridStore.Lake;

/// <summary>Every step by which a lake changes on disk: one call, one durable or atomic step.</summary>
/// <remarks>
/// A crash can only come between two steps; so a test that stops before each of them in turn has seen every crash.
/// Thread-safe.
/// </remarks>
internal sealed class LakeDisk
{
    private const int NotFound = 2;
    private const int EnterAttemptsMax = 8;

    /// <summary>From some number of files on, one call for the whole file system is cheaper than one for each.</summary>
    private const int SyncEachMax = 64;

    private readonly Action<string>? _beforeStep;
    private readonly Func<string, string, bool> _link;
    private readonly Func<string, string, bool> _rename;

    /// <param name="beforeStep">Called with the step's name and path before each step; throws to stop there.</param>
    /// <param name="link">Instead of link(2): for file systems that have none.</param>
    /// <param name="rename">Instead of renaming without replacing.</param>
    internal LakeDisk(Action<string>? beforeStep = null, Func<string, string, bool>? link = null, Func<string, string, bool>? rename = null)
    {
        _beforeStep = beforeStep;
        _link = link ?? DurableFile.TryLink;
        _rename = rename ?? DurableFile.TryRename;
    }

    /// <summary>False once the file system has refused a hard link.</summary>
    internal bool HasHardLinks { get; private set; } = true;

    /// <summary>Makes a folder and those above it.</summary>
    internal void MakeFolder(string path)
    {
        if (Directory.Exists(path)) return;
        Step("mkdir", path);
        Directory.CreateDirectory(path);
    }

    /// <summary>Writes a whole file and puts its bytes on the disk; its name is durable when its folder is synced.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="write">Writes its bytes to a seekable stream.</param>
    internal void Write(string path, Action<Stream> write)
    {
        Step("write", path);
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            write(file);
        }

        SyncFile(path);
    }

    /// <summary>Puts a file's bytes on the disk.</summary>
    internal void SyncFile(string path)
    {
        Step("fsync", path);
        DurableFile.SyncFile(path);
    }

    /// <summary>Puts a folder's names on the disk.</summary>
    internal void SyncFolder(string path)
    {
        Step("fsync folder", path);
        DurableFile.SyncFolder(path);
    }

    /// <summary>Puts the bytes of files on the disk.</summary>
    /// <param name="root">A folder above all of them.</param>
    /// <param name="paths">The files.</param>
    /// <param name="count">How many.</param>
    internal void SyncFiles(string root, IEnumerable<string> paths, int count) => SyncMany(root, paths, count, SyncFile);

    /// <summary>Puts the names in folders on the disk, if they are still there.</summary>
    /// <param name="root">A folder above all of them.</param>
    /// <param name="paths">The folders.</param>
    internal void SyncFolders(string root, IReadOnlyCollection<string> paths) => SyncMany(root, paths, paths.Count, folder =>
    {
        try
        {
            SyncFolder(folder);
        }
        catch (IOException) when (!Directory.Exists(folder))
        {
            // Another writer found it empty and removed it: nothing in it is left to keep.
        }
    });

    /// <summary>Renames a file within its folder, in place of what has the name.</summary>
    internal void Replace(string source, string target)
    {
        Step("rename", target);
        DurableFile.Rename(source, target);
    }

    /// <summary>Moves a file to a name that nothing has, making its folder when it is missing.</summary>
    internal void Enter(string source, string target) => InFolder(target, () =>
    {
        Step("enter", target);
        DurableFile.Rename(source, target);
    });

    /// <summary>Gives a file a second name, making its folder when it is missing; a name that is taken is left as it is.</summary>
    /// <remarks>Where there are no hard links, the name gets a copy, which the caller syncs.</remarks>
    internal void Link(string source, string target) => InFolder(target, () =>
    {
        if (TryLink("link", source, target) is not null) return;
        Step("copy", target);
        File.Copy(source, target, overwrite: true);
    });

    /// <summary>Gives a file that leaves the tree the name under which it is kept; its old name may be there still.</summary>
    internal void Retire(string source, string target) => InFolder(target, () =>
    {
        if (TryLink("link", source, target) is not null) return;
        Step("retire", target);
        DurableFile.Rename(source, target);
    });

    /// <summary>Makes a version of the log, unless there is one.</summary>
    /// <returns>False when the version is taken.</returns>
    internal bool TryPublish(string source, string target)
    {
        if (!(TryLink("publish", source, target) ?? TryRename(source, target))) return false;
        SyncFolder(Path.GetDirectoryName(target)!);
        return true;
    }

    /// <summary>Removes a file, if it is there.</summary>
    internal void Remove(string path)
    {
        Step("unlink", path);
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Nor is its folder there: the same result.
        }
    }

    /// <summary>Removes a folder and all in it, if it is there.</summary>
    internal void RemoveTree(string path)
    {
        Step("remove", path);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    /// <summary>Removes a folder and those above it, up to a root that stays, as far as they are empty.</summary>
    internal void RemoveEmpty(string path, string root)
    {
        for (var folder = path; folder.Length > root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (!Directory.Exists(folder)) continue;
            if (Directory.EnumerateFileSystemEntries(folder).Any()) return;
            Step("rmdir", folder);
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                return; // Another writer put a file there since: then it stays.
            }
        }
    }

    /// <returns>Null when the file system has no hard links; else whether the name was free.</returns>
    private bool? TryLink(string step, string source, string target)
    {
        if (!HasHardLinks) return null;
        Step(step, target);
        try
        {
            return _link(source, target);
        }
        catch (IOException error) when (DurableFile.LacksLinks(error))
        {
            HasHardLinks = false;
            return null;
        }
    }

    /// <summary>The exclusive create where link(2) is missing: the name appears whole or not at all.</summary>
    private bool TryRename(string source, string target)
    {
        Step("publish by rename", target);
        try
        {
            return _rename(source, target);
        }
        catch (IOException error) when (DurableFile.LacksOperation(error))
        {
            return TryRenameUnderLock(source, target);
        }
    }

    /// <summary>For file systems that cannot even rename without replacing: keeps off the other writers of this machine.</summary>
    private static bool TryRenameUnderLock(string source, string target)
    {
        var path = target + LakePaths.LockSuffix;
        FileLock? held;
        for (var wait = new SpinWait(); (held = FileLock.TryTake(path)) is null;) wait.SpinOnce();
        using (held)
        {
            var isFree = !File.Exists(target);
            if (isFree) DurableFile.Rename(source, target);
            File.Delete(path);
            return isFree;
        }
    }

    private void SyncMany(string root, IEnumerable<string> paths, int count, Action<string> sync)
    {
        if (count > SyncEachMax && OperatingSystem.IsLinux())
        {
            Step("sync all", root);
            DurableFile.SyncFileSystem(root);
            return;
        }

        foreach (var path in paths) sync(path);
    }

    private void InFolder(string target, Action action)
    {
        var folder = Path.GetDirectoryName(target)!;
        for (var attempt = 1; ; attempt++)
        {
            MakeFolder(folder);
            try
            {
                action();
                return;
            }
            catch (IOException error) when (error.HResult == NotFound && attempt < EnterAttemptsMax && !Directory.Exists(folder))
            {
                // Another writer found the folder empty and removed it: make it again.
            }
        }
    }

    private void Step(string name, string path) => _beforeStep?.Invoke($"{name} {path}");
}
