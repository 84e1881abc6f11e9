using HybridStore.Native.Posix;

namespace HybridStore.Query.Export;

/// <summary>A folder of files that appears under its name only when all of them are complete.</summary>
internal sealed class ResultFolder : IDisposable
{
    private readonly string _path;
    private readonly StorePaths _store;
    private bool _isPublished;

    /// <summary>Makes the folder under a hidden name.</summary>
    /// <param name="path">The name that the user gave.</param>
    /// <param name="store">The store: results are not written into it.</param>
    /// <param name="replaces">Whether an earlier export of that name may be replaced.</param>
    /// <param name="ending">The ending of the files of such an export.</param>
    /// <exception cref="StoreException">
    /// Usage: the name is taken, or by something that is no earlier export. Environment: the folder above takes none.
    /// </exception>
    internal ResultFolder(string path, StorePaths store, bool replaces, string ending)
    {
        _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _store = store;
        PartialPath = ResultFile.PartialName(path, store);
        if (File.Exists(_path)) throw new StoreException(StoreErrorKind.Usage, $"{path}: this is a file. A split export makes a folder: name one with -o.");
        if (Directory.Exists(_path) && Directory.EnumerateFileSystemEntries(_path).Any())
        {
            if (!replaces) throw new StoreException(StoreErrorKind.Usage, $"{path}: the folder is there already. Name another with -o, or replace it with --force.");
            // Everything in it goes: so nothing may be in it that did not come from here.
            var other = Directory.EnumerateFileSystemEntries(_path).FirstOrDefault(entry => Directory.Exists(entry) || !entry.EndsWith(ending, StringComparison.Ordinal));
            if (other is not null) throw new StoreException(StoreErrorKind.Usage, $"{path}: the folder holds '{Path.GetFileName(other)}', which is no file of such an export, and would be lost. Name another folder with -o.");
        }

        ResultFile.Make(path, () => Directory.CreateDirectory(PartialPath));
    }

    /// <summary>Where to write until then.</summary>
    internal string PartialPath { get; }

    /// <summary>Gives the folder its name.</summary>
    /// <exception cref="IOException">The disk refused, or the name was taken meanwhile.</exception>
    internal void Publish()
    {
        DurableFile.SyncFolder(PartialPath);
        var former = Directory.Exists(_path) ? ResultFile.PartialName(_path, _store) : null;
        if (former is not null) DurableFile.Rename(_path, former);
        DurableFile.Rename(PartialPath, _path);
        DurableFile.SyncFolder(Path.GetDirectoryName(_path)!);
        _isPublished = true;
        if (former is not null) Directory.Delete(former, recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isPublished && Directory.Exists(PartialPath)) Directory.Delete(PartialPath, recursive: true);
    }
}
