using System.Runtime.Intrinsics;

namespace HybridStore.Native.Postgres;

/// <summary>What all pages of Postgres' data files have in common.</summary>
/// <remarks>Source: PostgreSQL manual, "Database Page Layout"; <c>bufpage.h</c> and <c>checksum_impl.h</c>. The layout is number 4, of all versions from 8.3 to 18.</remarks>
public static unsafe class PgPage
{
    /// <summary>Bytes of a page, in every build that is in use.</summary>
    public const int Bytes = 8192;

    internal const int HeaderBytes = 24;
    private const int ChecksumOffset = 8;
    private const int FlagsOffset = 10;
    private const int LowerOffset = 12;
    private const int UpperOffset = 14;
    private const int SpecialOffset = 16;
    private const int SizeAndVersionOffset = 18;
    private const int LayoutVersion = 4;
    private const uint Prime = 16_777_619;

    /// <summary>Where each of the 32 sums begins.</summary>
    private static ReadOnlySpan<uint> ChecksumSeeds =>
    [
        0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C, 0xF8D4474F, 0xE39EB970, 0x42C6AE16,
        0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB, 0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2,
        0x304A0979, 0x85AA43D4, 0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756,
    ];

    /// <summary>Fills in the header of a page whose bytes are all 0 but for its content.</summary>
    /// <param name="page">The page.</param>
    /// <param name="flags">Its flags.</param>
    /// <param name="lower">Where its free space begins.</param>
    /// <param name="upper">Where its free space ends.</param>
    internal static void Finish(byte* page, ushort flags, int lower, int upper)
    {
        *(ushort*)(page + FlagsOffset) = flags;
        *(ushort*)(page + LowerOffset) = (ushort)lower;
        *(ushort*)(page + UpperOffset) = (ushort)upper;
        *(ushort*)(page + SpecialOffset) = Bytes;
        *(ushort*)(page + SizeAndVersionOffset) = Bytes | LayoutVersion;
    }

    /// <summary>Computes and stores the checksum of a page that is finished.</summary>
    /// <param name="page">The page.</param>
    /// <param name="block">Its number in its fork.</param>
    internal static void PutChecksum(byte* page, uint block) => *(ushort*)(page + ChecksumOffset) = Checksum(page, block);

    /// <summary>32 sums of every 32nd word each, by a variant of FNV-1a, then folded together with the page's number.</summary>
    private static ushort Checksum(byte* page, uint block)
    {
        *(ushort*)(page + ChecksumOffset) = 0;
        var first = Vector256.Create(ChecksumSeeds);
        var second = Vector256.Create(ChecksumSeeds[8..]);
        var third = Vector256.Create(ChecksumSeeds[16..]);
        var fourth = Vector256.Create(ChecksumSeeds[24..]);
        for (var at = page; at < page + Bytes; at += 4 * Vector256<byte>.Count)
        {
            first = Mix(first, Vector256.Load((uint*)at));
            second = Mix(second, Vector256.Load((uint*)at + 8));
            third = Mix(third, Vector256.Load((uint*)at + 16));
            fourth = Mix(fourth, Vector256.Load((uint*)at + 24));
        }

        for (var round = 0; round < 2; round++)
        {
            first = Mix(first, Vector256<uint>.Zero);
            second = Mix(second, Vector256<uint>.Zero);
            third = Mix(third, Vector256<uint>.Zero);
            fourth = Mix(fourth, Vector256<uint>.Zero);
        }

        var folded = first ^ second ^ third ^ fourth;
        var checksum = block;
        for (var lane = 0; lane < Vector256<uint>.Count; lane++) checksum ^= folded[lane];
        return (ushort)(checksum % 65535 + 1);
    }

    private static Vector256<uint> Mix(Vector256<uint> sum, Vector256<uint> value)
    {
        sum ^= value;
        return sum * Prime ^ sum >>> 17;
    }
}
