using System.Collections.Concurrent;

namespace HybridStore.Ingest;

/// <summary>The sources below watched paths, and a signal when something happens there.</summary>
/// <remarks>The system's own events only wake: what is there is always looked up, because events can be lost. Thread-safe.</remarks>
internal sealed class WatchedFolders : IDisposable
{
    private readonly IReadOnlyList<string> _paths;
    private readonly Action _wake;
    private readonly Action<string> _note;
    private readonly ConcurrentQueue<string> _renamed = [];
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly HashSet<string> _noted = new(StringComparer.Ordinal);

    /// <summary>Begins to watch.</summary>
    /// <param name="paths">Folders and globs.</param>
    /// <param name="wake">Called from any thread when something happened.</param>
    /// <param name="note">Told when the system gives no events, so that only the regular looks find files; and once what is left
    /// out.</param>
    /// <exception cref="StoreException">Usage: a path is no folder, nor a glob in one.</exception>
    internal WatchedFolders(IReadOnlyList<string> paths, Action wake, Action<string> note)
    {
        _paths = [.. paths.Select(Path.GetFullPath)];
        _wake = wake;
        _note = note;
        foreach (var root in _paths.Select(RootOf).Distinct(StringComparer.Ordinal).ToList())
        {
            try
            {
                _watchers.Add(Watch(root));
            }
            catch (IOException exception)
            {
                note($"{root}: the system gives no notice of new files ({exception.Message}); it is looked through regularly instead");
            }
        }
    }

    /// <summary>What is there.</summary>
    internal IReadOnlyDictionary<string, FileStamp> Files()
    {
        var files = new SortedDictionary<string, FileStamp>(StringComparer.Ordinal);
        foreach (var path in _paths)
        {
            foreach (var file in Find(path))
            {
                // It may have gone since it was listed.
                if (FileStamp.Of(file) is { } stamp) files[file] = stamp;
            }
        }

        return files;
    }

    /// <summary>The files that were renamed in since the last call.</summary>
    internal IReadOnlySet<string> TakeRenamed()
    {
        var renamed = new HashSet<string>(StringComparer.Ordinal);
        while (_renamed.TryDequeue(out var path)) renamed.Add(path);
        return renamed;
    }

    public void Dispose() => _watchers.ForEach(watcher => watcher.Dispose());

    private IEnumerable<string> Find(string path)
    {
        try
        {
            return [.. SourceFinder.FindOne(path, NoteOnce).Select(file => file.StoredPath)];
        }
        catch (StoreException exception) when (exception.Kind == StoreErrorKind.SourceData)
        {
            return []; // Nothing there yet.
        }
        catch (IOException)
        {
            return []; // A folder went away while it was listed: the next look sees what there is.
        }
    }

    private void NoteOnce(string text)
    {
        if (_noted.Add(text)) _note(text);
    }

    private static string RootOf(string path)
    {
        if (Directory.Exists(path)) return path;
        var parts = path.Split('/').TakeWhile(part => part.AsSpan().IndexOfAny("*?") < 0).ToArray();
        var root = parts.Length == 0 ? "." : string.Join('/', parts) is { Length: > 0 } joined ? joined : "/";
        return path.AsSpan().IndexOfAny("*?") >= 0 && Directory.Exists(root)
            ? root
            : throw new StoreException(StoreErrorKind.Usage, $"{path}: --watch needs a folder that exists, or a glob in one.");
    }

    private FileSystemWatcher Watch(string root)
    {
        // Only names: a file that grows would wake with each write, and whether it still grows is looked up in time anyway.
        var watcher = new FileSystemWatcher(root) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName };
        watcher.Created += (_, _) => _wake();
        watcher.Error += (_, _) => _wake();
        watcher.Renamed += (_, happened) =>
        {
            _renamed.Enqueue(happened.FullPath);
            _wake();
        };
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
