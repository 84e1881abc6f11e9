using HybridStore.Ingest;
using Xunit;

namespace HybridStore.Tests.Ingest;

public sealed class BitMaskTests
{
    [Fact]
    public void Slices_agree_with_a_plain_array_of_bools()
    {
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var rows = random.Next(1, 400);
            var present = Enumerable.Range(0, rows).Select(_ => random.Next(4) > 0 || round % 7 == 0).ToArray();
            var mask = new ulong[BitMask.WordCount(rows)];
            for (var row = 0; row < rows; row++) mask[row >> 6] |= (present[row] ? 1UL : 0) << (row & 63);
            var start = random.Next(rows);
            var count = random.Next(1, rows - start + 1);
            var wanted = present[start..(start + count)];

            var copy = new ulong[BitMask.WordCount(count)];
            BitMask.CopySlice(mask, start, count, copy);
            Assert.Equal(wanted, Enumerable.Range(0, count).Select(row => (copy[row >> 6] >> (row & 63) & 1) == 1));
            Assert.True((count & 63) == 0 || copy[^1] >> (count & 63) == ulong.MaxValue >> (count & 63));

            Assert.Equal(wanted.All(bit => bit), BitMask.AllSet(mask, start, count));
        }
    }
}
