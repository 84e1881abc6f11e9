using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HybridStore.Native.Csv.Values;

/// <summary>Turns short runs of digits into integers without a branch for each.</summary>
/// <remarks>
/// Whatever these do not take (more digits, exponents, spaces, quotes, words) is left to <see cref="NumberValue"/>, which gives the same
/// values for what they do take.
/// </remarks>
internal static unsafe class DigitReader
{
    /// <summary>The longest text that is read all at once.</summary>
    internal const int VectorBytesMax = 16;

    /// <summary>The most digits that are read one after the other: as many always fit into 64 bits.</summary>
    internal const int PlainDigitsMax = 19;

    /// <summary>A point that is never met: digits are taken before points.</summary>
    internal const byte NoPoint = (byte)'0';

    /// <summary>For each place of a decimal point in a vector, how to move the digits before it one place up, over it.</summary>
    internal static readonly byte* PointShuffles = MakePointShuffles();

    private static ReadOnlySpan<byte> TailMasks =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ];

    /// <summary>Ones in the last bytes of a vector.</summary>
    /// <param name="length">How many, 0 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> TailMask(int length) => Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(TailMasks), (nuint)length);

    /// <summary>Reads digits with at most one point among them, all at once.</summary>
    /// <param name="end">Behind the text; the 16 bytes before are readable.</param>
    /// <param name="length">0 to 16; no text is 0.</param>
    /// <param name="point">The decimal point.</param>
    /// <param name="shuffles"><see cref="PointShuffles"/>.</param>
    /// <param name="digits">The digits as a whole number.</param>
    /// <param name="fractionBytes">How many bytes of the text are its point and what follows; 0 without a point.</param>
    /// <returns>False when there is anything else. A point alone passes for no text: the caller has to tell them apart.</returns>
    /// <remarks>No branch depends on whether there is a point: columns with many absent values would mispredict it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryReadVector(byte* end, int length, Vector128<byte> point, byte* shuffles, out ulong digits, out int fractionBytes)
    {
        var text = Vector128.Load(end - VectorBytesMax);
        var mask = TailMask(length);
        var pointBits = (Vector128.Equals(text, point) & mask).ExtractMostSignificantBits();
        var pointAt = BitOperations.TrailingZeroCount(pointBits | 0x10000);
        fractionBytes = VectorBytesMax - pointAt;
        var values = Ssse3.Shuffle((text - Vector128.Create((byte)'0')) & mask, Vector128.Load(shuffles + pointAt * VectorBytesMax));
        digits = Combine(values);
        return Sse2.SubtractSaturate(values, Vector128.Create((byte)9)) == Vector128<byte>.Zero;
    }

    /// <summary>Reads digits alone, all at once.</summary>
    /// <param name="end">Behind the text; the 16 bytes before are readable.</param>
    /// <param name="length">0 to 16; no text is 0.</param>
    /// <param name="digits">The digits as a whole number.</param>
    /// <returns>False when there is anything else.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryReadVector(byte* end, int length, out ulong digits)
    {
        var values = (Vector128.Load(end - VectorBytesMax) - Vector128.Create((byte)'0')) & TailMask(length);
        digits = Combine(values);
        return Sse2.SubtractSaturate(values, Vector128.Create((byte)9)) == Vector128<byte>.Zero;
    }

    /// <summary>Reads digits with at most one point among them, one after the other.</summary>
    /// <param name="text">Where they begin.</param>
    /// <param name="length">0 to 20; no text is 0.</param>
    /// <param name="point">The decimal point, or <see cref="NoPoint"/>.</param>
    /// <param name="digits">The digits as a whole number.</param>
    /// <param name="fractionDigits">How many of them stand behind the point.</param>
    /// <returns>False when there is anything else, or a point and no digit, or more digits than fit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryReadPlain(byte* text, int length, byte point, out ulong digits, out int fractionDigits)
    {
        digits = 0;
        fractionDigits = 0;
        var points = 0;
        for (var at = 0; at < length; at++)
        {
            var digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                digits = digits * 10 + digit;
                fractionDigits += points;
            }
            else if (text[at] == point && points == 0)
            {
                points = 1;
            }
            else
            {
                return false;
            }
        }

        var digitCount = length - points;
        return digitCount <= PlainDigitsMax && (digitCount > 0 || length == 0);
    }

    /// <summary>Whether a whole part begins with a zero that is not its only digit.</summary>
    /// <param name="text">Not empty, and followed by a mark.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool HasLeadingZero(byte* text) => text[0] == '0' && (uint)(text[1] - '0') <= 9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Combine(Vector128<byte> values)
    {
        // Pairs, then fours, then eights of digits; the halves are put together by one multiplication.
        var pairs = Ssse3.MultiplyAddAdjacent(values, Vector128.Create(10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1));
        var fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create((short)100, 1, 100, 1, 100, 1, 100, 1));
        var eights = Sse2.MultiplyAddAdjacent(Sse41.PackUnsignedSaturate(fours, fours).AsInt16(), Vector128.Create((short)10000, 1, 10000, 1, 10000, 1, 10000, 1));
        var halves = eights.AsUInt64().ToScalar();
        return (halves & uint.MaxValue) * 100_000_000 + (halves >> 32);
    }

    private static byte* MakePointShuffles()
    {
        var shuffles = (byte*)NativeMemory.AlignedAlloc(17 * VectorBytesMax, 64);
        for (var point = 0; point <= 16; point++)
        {
            for (var at = 0; at < VectorBytesMax; at++)
            {
                // A place with its highest bit set becomes 0.
                var isMoved = point < 16 && at <= point;
                shuffles[point * VectorBytesMax + at] = (byte)(isMoved ? (at == 0 ? 0x80 : at - 1) : at);
            }
        }

        return shuffles;
    }
}
