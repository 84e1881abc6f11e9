using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>Finds where the last whole line of a plain file ends.</summary>
internal static class LastLine
{
    private const int BlockBytes = 1 << 16;

    /// <summary>Finds the end.</summary>
    /// <param name="path">A regular file, in UTF-8, in UTF-16 or in one byte a character.</param>
    /// <param name="sizeBytes">Its size: bytes behind are not looked at.</param>
    /// <returns>The offset behind the last line feed; 0 when there is none.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static long EndIn(string path, long sizeBytes)
    {
        using var file = RegularFile.Open(path);
        var block = new byte[BlockBytes + 1];
        for (var end = sizeBytes; end > 0;)
        {
            var start = Math.Max(0, end - BlockBytes);
            // One byte more than is searched: in UTF-16 a zero follows the line feed, or comes before it.
            var read = RandomAccess.Read(file, block.AsSpan(0, (int)(Math.Min(end + 1, sizeBytes) - start)), start);
            var at = block.AsSpan(0, (int)Math.Min(read, end - start)).LastIndexOf((byte)'\n');
            if (at >= 0) return start + at + (at + 1 < read && block[at + 1] == 0 && (start + at) % 2 == 0 ? 2 : 1);
            end = start;
        }

        return 0;
    }
}
