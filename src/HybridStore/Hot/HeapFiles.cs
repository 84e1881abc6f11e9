using HybridStore.Native.Posix;

namespace HybridStore.Hot;

/// <summary>The files of a new table, which this process writes for the server.</summary>
/// <remarks>
/// The server made the first of them in the transaction that is open; it removes them all when that is rolled back, and writes them through to the disk at its
/// commit. Not thread-safe.
/// </remarks>
internal sealed class HeapFiles : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _path;
    private readonly long _segmentBytes;
    private readonly Account? _owner;
    private readonly List<string> _made = [];
    private FileStream _segment;
    private int _segments = 1;

    private HeapFiles(string path, long segmentBytes, Account? owner, FileStream first) => (_path, _segmentBytes, _owner, _segment) = (path, segmentBytes, owner, first);

    /// <summary>Bytes of the table so far.</summary>
    internal long LengthBytes { get; private set; }

    /// <summary>Opens a table that the server has just made.</summary>
    /// <param name="path">Its first file.</param>
    /// <param name="segmentBytes">How long a file becomes.</param>
    /// <param name="owner">Whose files they are, when this process is root: it reaches no further than that account. Null for this process' own account.</param>
    /// <returns>Null when it is not for this process to write, or not empty.</returns>
    internal static HeapFiles? TryOpen(string path, long segmentBytes, Account? owner)
    {
        FileStream? first = null;
        try
        {
            first = Open(path, FileMode.Open, owner);
            if (first.Length == 0) return new HeapFiles(path, segmentBytes, owner, first);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            // Another account's server, or another machine's: it takes the rows by COPY.
        }

        first?.Dispose();
        return null;
    }

    /// <summary>Adds pages at the end.</summary>
    /// <exception cref="IOException">The disk is full, or failed.</exception>
    internal void Append(ReadOnlySpan<byte> pages)
    {
        while (!pages.IsEmpty)
        {
            var room = _segments * _segmentBytes - LengthBytes;
            if (room == 0)
            {
                _segment.Dispose();
                _segment = Make($"{_path}.{_segments++}");
                continue;
            }

            var next = pages[..(int)Math.Min(room, pages.Length)];
            _segment.Write(next);
            LengthBytes += next.Length;
            pages = pages[next.Length..];
        }
    }

    /// <summary>Adds the visibility map; the last thing.</summary>
    /// <param name="pages">The map.</param>
    internal void PutVisibilityMap(ReadOnlySpan<byte> pages)
    {
        using var map = Make($"{_path}_vm");
        map.Write(pages);
    }

    /// <summary>The server was seen to have its transaction still open after the last file was made: from here on it removes them itself.</summary>
    internal void HandOver() => _made.Clear();

    /// <summary>Closes the files, and removes what the server may not know of, unless they were handed over.</summary>
    public void Dispose()
    {
        _segment.Dispose();
        foreach (var path in _made) Remove(path);
        _made.Clear();
    }

    private FileStream Make(string path)
    {
        var file = Open(path, FileMode.CreateNew, _owner);
        _made.Add(path);
        return file;
    }

    private void Remove(string path)
    {
        if (_owner is null) File.Delete(path);
        else
        {
            _owner.Act(() =>
            {
                File.Delete(path);
                return 0;
            });
        }
    }

    private static FileStream Open(string path, FileMode mode, Account? owner)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (mode == FileMode.CreateNew && !OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return owner is null ? new FileStream(path, options) : owner.Act(() => new FileStream(path, options));
    }
}
