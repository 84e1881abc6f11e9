using HybridStore.Native.Posix;

namespace HybridStore.Lake;

/// <summary>Finishes or rolls back transactions whose writers died, so that tree and log tell the same again.</summary>
/// <remarks>FORMAT.md, "Transactions". Each step may be repeated; any number of processes may run it at a time.</remarks>
internal sealed class LakeRecovery
{
    private readonly LakePaths _paths;
    private readonly LakeDisk _disk;

    internal LakeRecovery(LakePaths paths, LakeDisk disk)
    {
        _paths = paths;
        _disk = disk;
    }

    /// <summary>Repairs what dead writers left; what living ones do stays untouched.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    internal void Run()
    {
        foreach (var id in Transactions())
        {
            try
            {
                using var held = FileLock.TryTake(_paths.TransactionLock(id));
                if (held is not null) Settle(id);
            }
            catch (DirectoryNotFoundException)
            {
                // The writer ended by itself and took the folder with it: nothing is left to repair.
            }
        }
    }

    /// <summary>The transactions whose writers are alive.</summary>
    internal IEnumerable<string> LivingTransactions() => Transactions().Where(IsAlive);

    /// <summary>The transactions whose writers died, and which wait for the next writer.</summary>
    internal IEnumerable<string> DeadTransactions() => Transactions().Where(id => !IsAlive(id));

    private bool IsAlive(string id)
    {
        if (!File.Exists(_paths.TransactionLock(id))) return false;
        using var held = FileLock.TryTake(_paths.TransactionLock(id));
        return held is null;
    }

    /// <summary>The lowest version that a writer began from, as far as it has come to say so; null when there is none.</summary>
    /// <remarks>Also of one that died: whoever settles it looks into the versions behind that one for what it committed.</remarks>
    internal long? OldestBasis()
    {
        long? oldest = null;
        foreach (var id in Transactions())
        {
            try
            {
                var basis = LakeIntent.Read(_paths.Intent(id)).BasisVersion;
                if (oldest is null || basis < oldest) oldest = basis;
            }
            catch (IOException)
            {
                // It has not come to its intent yet, or it ended meanwhile.
            }
        }

        return oldest;
    }

    /// <summary>Counts the living and the dead.</summary>
    internal LakeWriters Writers()
    {
        var living = LivingTransactions().Count();
        var stagedBytes = Directory.Exists(_paths.Staging)
            ? new DirectoryInfo(_paths.Staging).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Exists ? file.Length : 0)
            : 0;
        return new LakeWriters(living, Transactions().Count - living, stagedBytes);
    }

    private IReadOnlyList<string> Transactions()
    {
        if (!Directory.Exists(_paths.Staging)) return [];
        return [.. Directory.EnumerateFileSystemEntries(_paths.Staging)
            .Select(path => Path.GetFileName(path))
            .Select(name => name.EndsWith(LakePaths.LockSuffix, StringComparison.Ordinal) ? name[..^LakePaths.LockSuffix.Length] : name)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Ends one transaction, whose lock the caller holds: committed, or gone without a trace.</summary>
    /// <param name="id">The transaction.</param>
    /// <param name="isCommitted">True where the caller knows it; otherwise the log tells.</param>
    /// <param name="known">What it was about to do, where the caller knows it.</param>
    internal void Settle(string id, bool isCommitted = false, LakeIntent? known = null)
    {
        var intentPath = _paths.Intent(id);
        if (File.Exists(intentPath))
        {
            var intent = known ?? LakeIntent.Read(intentPath);
            if (isCommitted || IsCommitted(id, intent.BasisVersion)) Retire(intent.Leave);
            else RollBack(intent.Enter);
        }

        new CheckpointWriter(_paths, _disk, _paths.Transaction(id)).Finish();
        _disk.RemoveTree(_paths.Transaction(id));
        _disk.Remove(_paths.TransactionLock(id));
    }

    /// <summary>Takes replaced files out of the tree, where a plain glob would count them; readers of older versions find them still.</summary>
    internal void Retire(IReadOnlyList<string> leave)
    {
        var present = leave.Where(path => File.Exists(_paths.Data(path))).ToList();
        if (present.Count == 0) return;
        foreach (var path in present) _disk.Retire(_paths.Data(path), _paths.RetiredData(path));
        SyncFolders(present.Select(_paths.RetiredData));
        RemoveFromTree(present);
    }

    /// <summary>Puts the names of files, and of the folders above them up to the dataset's, on the disk: each folder once.</summary>
    internal void SyncFolders(IEnumerable<string> files)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var folder = Path.GetDirectoryName(file)!;
            while (folder.Length >= _paths.Folder.Length && folders.Add(folder)) folder = Path.GetDirectoryName(folder)!;
        }

        _disk.SyncFolders(_paths.Folder, [.. folders.Order(StringComparer.Ordinal)]);
    }

    private void RollBack(IReadOnlyList<string> enter) => RemoveFromTree(enter.Where(path => File.Exists(_paths.Data(path))).ToList());

    private void RemoveFromTree(List<string> files)
    {
        foreach (var path in files) _disk.Remove(_paths.Data(path));
        SyncFolders(files.Select(_paths.Data));
        foreach (var folder in files.Select(path => Path.GetDirectoryName(_paths.Data(path))!).Distinct(StringComparer.Ordinal))
        {
            _disk.RemoveEmpty(folder, _paths.Folder);
        }
    }

    private bool IsCommitted(string id, long basisVersion)
    {
        foreach (var version in LogListing.Of(_paths).Commits.Where(version => version > basisVersion))
        {
            if (DeltaLogReader.Read(_paths.Commit(version), version).TransactionId == id) return true;
        }

        return false;
    }
}
