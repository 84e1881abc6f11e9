namespace HybridStore.Ingest;

/// <summary>Masks of one bit a row, in words of 64 rows, 1 = present.</summary>
internal static class BitMask
{
    /// <summary>Words for a number of rows.</summary>
    internal static int WordCount(int rowCount) => (rowCount + 63) / 64;

    /// <summary>Copies some rows' bits to the start of another mask; the bits beyond them become 1.</summary>
    /// <param name="source">The mask to read.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="target">At least <see cref="WordCount"/> of <paramref name="count"/> words.</param>
    internal static void CopySlice(ReadOnlySpan<ulong> source, int start, int count, Span<ulong> target)
    {
        var shift = start & 63;
        var word = start >> 6;
        var words = WordCount(count);
        for (var index = 0; index < words; index++, word++)
        {
            var bits = source[word] >> shift;
            if (shift > 0 && word + 1 < source.Length) bits |= source[word + 1] << (64 - shift);
            target[index] = bits;
        }

        if ((count & 63) != 0) target[words - 1] |= ulong.MaxValue << (count & 63);
    }

    /// <summary>Whether some rows are all present.</summary>
    internal static bool AllSet(ReadOnlySpan<ulong> mask, int start, int count)
    {
        for (var row = start; row < start + count;)
        {
            var bits = Math.Min(64 - (row & 63), start + count - row);
            var wanted = bits == 64 ? ulong.MaxValue : ((1UL << bits) - 1) << (row & 63);
            if ((mask[row >> 6] & wanted) != wanted) return false;
            row += bits;
        }

        return true;
    }
}
