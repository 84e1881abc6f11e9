using System.Runtime.CompilerServices;

namespace HybridStore.Native.Postgres;

/// <summary>A 64-bit hash of a row's bytes, for sums over many rows: good against accidents, no defence against an attacker.</summary>
/// <remarks>Stored in books that outlive the program: it must not change without a new version of them.</remarks>
public static unsafe class RowHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD6E8FEB86659FD93;

    /// <summary>Hashes a row.</summary>
    /// <param name="row">Any bytes.</param>
    public static ulong Of(ReadOnlySpan<byte> row)
    {
        fixed (byte* start = row) return Of(start, row.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Of(byte* at, int lengthBytes)
    {
        var hash = First ^ (ulong)lengthBytes;
        for (; lengthBytes >= 16; lengthBytes -= 16, at += 16)
        {
            hash = Fold(hash ^ *(ulong*)at, Second ^ *(ulong*)(at + 8));
        }

        if (lengthBytes >= 8)
        {
            hash = Fold(hash ^ *(ulong*)at, Second);
            lengthBytes -= 8;
            at += 8;
        }

        var last = 0UL;
        for (var index = 0; index < lengthBytes; index++) last |= (ulong)at[index] << (index * 8);
        return Fold(hash ^ last, Second ^ First);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
