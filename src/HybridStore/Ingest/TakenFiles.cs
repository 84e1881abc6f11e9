using System.IO.Hashing;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>
/// Remembers how the watched files that were ingested began: one that is being written anew from its start looks like a file with fewer
/// rows for a while.
/// </summary>
/// <remarks>Remembers the files that are there, and no others; some hundred bytes for each. Not thread-safe.</remarks>
internal sealed class TakenFiles
{
    /// <summary>Beginnings of 64 bytes and each power of two up to 64 kB.</summary>
    private const int SmallestBytes = 1 << 6;
    private const int LargestBytes = 1 << 16;

    private readonly Dictionary<string, Taken> _files = new(StringComparer.Ordinal);

    /// <summary>Forgets the files that are gone.</summary>
    internal void Keep(IReadOnlyDictionary<string, FileStamp> present)
    {
        foreach (var gone in _files.Keys.Where(path => !present.ContainsKey(path)).ToList()) _files.Remove(gone);
    }

    /// <summary>A file was ingested.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">How many of its bytes.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal void Add(string path, long bytes) => _files[path] = new Taken(bytes, Heads(path, bytes));

    /// <summary>Whether a file is shorter than what was ingested of it, and begins as that did.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its size now.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal bool IsBegunAgain(string path, long bytes)
    {
        if (!_files.TryGetValue(path, out var taken) || bytes >= taken.Bytes) return false;
        var heads = Heads(path, bytes);
        return heads.Length > 0 && heads[^1] == taken.Heads[heads.Length - 1];
    }

    private static ulong[] Heads(string path, long bytes)
    {
        using var file = RegularFile.Open(path);
        var head = new byte[Math.Min(bytes, LargestBytes)];
        var length = RandomAccess.Read(file, head, 0);
        var hashes = new List<ulong>();
        for (var size = SmallestBytes; size <= length; size *= 2) hashes.Add(XxHash64.HashToUInt64(head.AsSpan(0, size)));
        return [.. hashes];
    }

    private readonly record struct Taken(long Bytes, ulong[] Heads);
}
