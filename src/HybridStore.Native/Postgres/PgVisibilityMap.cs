namespace HybridStore.Native.Postgres;

/// <summary>The visibility map of a heap whose rows everybody sees and nobody need freeze.</summary>
/// <remarks>Two bits a heap page. Source: PostgreSQL manual, "Visibility Map"; <c>visibilitymap.c</c>.</remarks>
public static unsafe class PgVisibilityMap
{
    private const int HeapPagesOfByte = 4;
    private const int HeapPagesOfPage = (PgPage.Bytes - PgPage.HeaderBytes) * HeapPagesOfByte;

    /// <summary>Makes the map.</summary>
    /// <param name="heapPages">Pages of the heap, all of them without a row that somebody does not see.</param>
    /// <param name="hasChecksums">Whether the server's pages have checksums.</param>
    /// <returns>Whole pages.</returns>
    public static byte[] Make(long heapPages, bool hasChecksums)
    {
        var map = new byte[(heapPages + HeapPagesOfPage - 1) / HeapPagesOfPage * PgPage.Bytes];
        fixed (byte* start = map)
        {
            for (var block = 0; block < map.Length / PgPage.Bytes; block++)
            {
                var page = start + (nint)block * PgPage.Bytes;
                var covered = (int)Math.Min(heapPages - (long)block * HeapPagesOfPage, HeapPagesOfPage);
                var content = new Span<byte>(page + PgPage.HeaderBytes, PgPage.Bytes - PgPage.HeaderBytes);
                content[..(covered / HeapPagesOfByte)].Fill(0xff);
                if (covered % HeapPagesOfByte > 0) content[covered / HeapPagesOfByte] = (byte)((1 << 2 * (covered % HeapPagesOfByte)) - 1);
                PgPage.Finish(page, flags: 0, PgPage.HeaderBytes, PgPage.Bytes);
                if (hasChecksums) PgPage.PutChecksum(page, (uint)block);
            }
        }

        return map;
    }
}
