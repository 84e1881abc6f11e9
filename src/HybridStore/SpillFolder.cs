using HybridStore.Native.Posix;

namespace HybridStore;

/// <summary>A folder among the temporary files that is removed with its owner; after a kill, by the next process that makes one.</summary>
/// <remarks>
/// A living owner is told by its lock, which the system drops when a process dies: its process id may be another's by then, or of another
/// container that shares the temporary files.
/// </remarks>
internal sealed class SpillFolder : IDisposable
{
    internal const string Prefix = "hybrid-spill-";

    private const string LockName = ".lock";
    private const int AttemptsMax = 8;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static int _hasCleaned;

    private readonly string _folder;
    private readonly FileLock? _lock;

    private SpillFolder(string folder, FileLock? ownership) => (_folder, _lock) = (folder, ownership);

    /// <summary>Where its owner's files go; DuckDB makes it when there are any.</summary>
    internal string Path => System.IO.Path.Combine(_folder, "duckdb");

    /// <summary>Makes a folder; the first call of a process also removes those whose owners are dead.</summary>
    /// <remarks>Where none can be made (a read-only disk), statements that do not spill run all the same; DuckDB refuses the others.</remarks>
    internal static SpillFolder Create()
    {
        var parent = System.IO.Path.GetTempPath();
        for (var attempt = 1; ; attempt++)
        {
            var folder = System.IO.Path.Combine(parent, $"{Prefix}{Guid.NewGuid():N}");
            try
            {
                Directory.CreateDirectory(folder, OwnerOnly);
                // Whoever cleans up may take a new folder for an old one as long as it is not locked.
                if (FileLock.TryTake(System.IO.Path.Combine(folder, LockName)) is { } ownership)
                {
                    if (Interlocked.Exchange(ref _hasCleaned, 1) == 0) RemoveAbandoned(parent, folder);
                    return new SpillFolder(folder, ownership);
                }
            }
            catch (Exception exception) when (exception is DirectoryNotFoundException && attempt < AttemptsMax)
            {
                // The same, between the two steps.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new SpillFolder(folder, null);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_lock is null) return;
        Remove(_folder);
        _lock.Dispose();
    }

    /// <param name="parent">Where to look.</param>
    /// <param name="own">One of this user's.</param>
    private static void RemoveAbandoned(string parent, string own)
    {
        var user = FileStatus.Of(own)?.UserId;
        foreach (var folder in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            // A link leads to what is nobody's to remove here.
            if (folder == own || new DirectoryInfo(folder).LinkTarget is not null || FileStatus.Of(folder)?.UserId != user) continue;
            try
            {
                using var ownership = FileLock.TryTake(System.IO.Path.Combine(folder, LockName));
                if (ownership is not null) Remove(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another process removes it at this moment.
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is left is the next process' to remove; no result depends on it.
        }
    }
}
