using HybridStore.Native.Posix;

namespace HybridStore.Query.Export;

/// <summary>A file that appears under its name only when it is complete.</summary>
public sealed class ResultFile : IDisposable
{
    private readonly string _path;
    private readonly bool _replaces;
    private bool _isPublished;

    /// <summary>Makes an empty file under a hidden name beside the one that is wanted.</summary>
    /// <param name="path">The name that the user gave.</param>
    /// <param name="store">The store: results are not written into it.</param>
    /// <param name="replaces">Whether a file of that name may be replaced.</param>
    /// <exception cref="StoreException">
    /// Usage: the folder is not there, or is the store's, or the name is taken. Environment: the folder takes no file.
    /// </exception>
    public ResultFile(string path, StorePaths store, bool replaces = true)
    {
        _path = Path.GetFullPath(path);
        _replaces = replaces;
        if (Directory.Exists(_path)) throw new StoreException(StoreErrorKind.Usage, $"{path}: this is a folder. Name a file with -o.");
        if (!replaces && File.Exists(_path)) throw Taken(path);
        PartialPath = PartialName(path, store);
        Make(path, () => File.Create(PartialPath).Dispose());
    }

    /// <summary>Where to write until then.</summary>
    public string PartialPath { get; }

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="StoreException">Usage: the name was taken meanwhile, and may not be replaced.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Publish()
    {
        DurableFile.SyncFile(PartialPath);
        if (_replaces) DurableFile.Rename(PartialPath, _path);
        else if (!DurableFile.TryLink(PartialPath, _path)) throw Taken(_path);
        else File.Delete(PartialPath);
        DurableFile.SyncFolder(Path.GetDirectoryName(_path)!);
        _isPublished = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isPublished) File.Delete(PartialPath);
    }

    /// <summary>A hidden name beside a result's own.</summary>
    /// <param name="path">The result's, of a file or a folder.</param>
    /// <param name="store">The store.</param>
    /// <exception cref="StoreException">Usage: the folder is not there, or is the store's.</exception>
    internal static string PartialName(string path, StorePaths store)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var folder = Path.GetDirectoryName(full);
        if (folder is null || !Directory.Exists(folder)) throw new StoreException(StoreErrorKind.Usage, $"{path}: the folder is not there. Make it first, or name another file with -o.");
        if (IsDevice(full))
        {
            throw new StoreException(StoreErrorKind.Usage, $"{path}: this is a device, which a file would replace. Leave -o out to write to stdout.");
        }

        if (IsIn(store.Lake) || IsIn(store.Hot)) throw new StoreException(StoreErrorKind.Usage, $"{path}: this is inside the store's own files. Name a file elsewhere with -o.");
        return Path.Combine(folder, $".hybrid-{Guid.NewGuid():N}.partial");

        bool IsIn(string own) => (full + Path.DirectorySeparatorChar).StartsWith(Path.GetFullPath(own) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    /// <summary>Makes something in the folder of a result.</summary>
    /// <exception cref="StoreException">Environment: it cannot be made.</exception>
    internal static void Make(string path, Action make)
    {
        try
        {
            make();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The system's own words are about the hidden name.
            var folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
            var reason = exception is UnauthorizedAccessException ? "it may not be written to" : exception.Message.TrimEnd('.');
            throw new StoreException(
                StoreErrorKind.Environment, $"{path}: the folder {folder} takes no file: {reason}. Name a file elsewhere with -o.", exception);
        }
    }

    /// <summary>Whether a path is in /dev; what Linux mounts there as /dev/shm is a file system like any other.</summary>
    private static bool IsDevice(string full) =>
        full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);

    internal static StoreException Taken(string path) => new(StoreErrorKind.Usage, $"{path}: there is a file of that name. Name another with -o, or replace it with --force.");
}
