using HybridStore.Native.Posix;

namespace HybridStore.Cli.Output.Rows;

/// <summary>A file that appears under its name only when it is complete.</summary>
internal sealed class ResultFile : IDisposable
{
    private readonly string _path;
    private bool _isPublished;

    /// <param name="path">The name that the user gave.</param>
    /// <param name="store">The store: results are not written into it.</param>
    /// <exception cref="StoreException">Usage: the folder is not there, or is the store's.</exception>
    internal ResultFile(string path, StorePaths store)
    {
        _path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(_path);
        if (folder is null || !Directory.Exists(folder)) throw new StoreException(StoreErrorKind.Usage, $"{path}: the folder is not there. Make it first, or name another file with -o.");
        if (Directory.Exists(_path)) throw new StoreException(StoreErrorKind.Usage, $"{path}: this is a folder. Name a file with -o.");
        if (IsBelow(store.Lake) || IsBelow(store.Hot)) throw new StoreException(StoreErrorKind.Usage, $"{path}: this is inside the store's own files. Name a file elsewhere with -o.");
        PartialPath = Path.Combine(folder, $".{Path.GetFileName(_path)}.{Guid.NewGuid():N}.partial");
    }

    /// <summary>Where to write until then.</summary>
    internal string PartialPath { get; }

    /// <summary>Gives the file its name, in place of one that had it.</summary>
    internal void Publish()
    {
        DurableFile.SyncFile(PartialPath);
        DurableFile.Rename(PartialPath, _path);
        _isPublished = true;
    }

    public void Dispose()
    {
        if (!_isPublished) File.Delete(PartialPath);
    }

    private bool IsBelow(string folder) => _path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
