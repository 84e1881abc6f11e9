using System.Buffers.Binary;

namespace HybridStore.Native.Postgres;

/// <summary>Writes decimals as Postgres sends and receives <c>numeric</c>: groups of four decimal digits.</summary>
/// <remarks>In the form that Postgres itself sends, without zero groups at either end. Source: PostgreSQL, <c>numeric_recv</c>.</remarks>
internal static unsafe class PgNumeric
{
    /// <summary>Four words of header and the most groups that 38 digits can touch.</summary>
    internal const int BytesMax = 8 + 2 * GroupsMax;

    private const int GroupsMax = 12;
    private const short Negative = 0x4000;

    /// <summary>Writes the length and the number.</summary>
    /// <param name="at">Where; 4 + <see cref="BytesMax"/> bytes are enough.</param>
    /// <param name="unscaled">The number times 10^<paramref name="scale"/>.</param>
    /// <param name="scale">0 to 38.</param>
    /// <returns>One past what was written.</returns>
    internal static byte* Write(byte* at, Int128 unscaled, int scale)
    {
        var groups = stackalloc short[GroupsMax];
        var magnitude = (UInt128)(unscaled < 0 ? -unscaled : unscaled);
        var wholeGroups = magnitude <= ulong.MaxValue && scale < PowersOf10.Length
            ? Split((ulong)magnitude, scale, groups, out var count)
            : Split(magnitude, scale, groups, out count);
        var first = 0;
        while (first < count && groups[first] == 0) first++;
        while (count > first && groups[count - 1] == 0) count--;

        var digits = count - first;
        var weight = digits == 0 ? 0 : wholeGroups - 1 - first;
        Put(ref at, 0);
        Put(ref at, (short)(8 + 2 * digits));
        Put(ref at, (short)digits);
        Put(ref at, (short)weight);
        Put(ref at, unscaled < 0 ? Negative : (short)0);
        Put(ref at, (short)scale);
        for (var group = first; group < count; group++) Put(ref at, groups[group]);
        return at;
    }

    private static ReadOnlySpan<ulong> PowersOf10 =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];

    /// <summary>Groups left of the point, then right of it; the last one filled up with zeros.</summary>
    /// <returns>How many stand left of the point.</returns>
    private static int Split(ulong magnitude, int scale, short* groups, out int count)
    {
        var (whole, fraction) = Math.DivRem(magnitude, PowersOf10[scale]);
        var wholeGroups = 0;
        for (var rest = whole; rest > 0; rest /= 10_000) wholeGroups++;
        for (var group = wholeGroups - 1; group >= 0; group--)
        {
            (whole, var digits) = Math.DivRem(whole, 10_000);
            groups[group] = (short)digits;
        }

        count = wholeGroups;
        var digitsLeft = scale;
        for (; digitsLeft >= 4; digitsLeft -= 4)
        {
            (var digits, fraction) = Math.DivRem(fraction, PowersOf10[digitsLeft - 4]);
            groups[count++] = (short)digits;
        }

        if (digitsLeft > 0) groups[count++] = (short)(fraction * PowersOf10[4 - digitsLeft]);
        return wholeGroups;
    }

    private static int Split(UInt128 magnitude, int scale, short* groups, out int count)
    {
        var (whole, fraction) = UInt128.DivRem(magnitude, Power(scale));
        var wholeGroups = 0;
        for (var rest = whole; rest > 0; rest /= 10_000) wholeGroups++;
        for (var group = wholeGroups - 1; group >= 0; group--)
        {
            (whole, var digits) = UInt128.DivRem(whole, 10_000);
            groups[group] = (short)digits;
        }

        count = wholeGroups;
        var digitsLeft = scale;
        for (; digitsLeft >= 4; digitsLeft -= 4)
        {
            (var digits, fraction) = UInt128.DivRem(fraction, Power(digitsLeft - 4));
            groups[count++] = (short)digits;
        }

        if (digitsLeft > 0) groups[count++] = (short)(fraction * Power(4 - digitsLeft));
        return wholeGroups;
    }

    private static UInt128 Power(int exponent) => exponent < PowersOf10.Length
        ? PowersOf10[exponent]
        : (UInt128)PowersOf10[^1] * PowersOf10[exponent - (PowersOf10.Length - 1)];

    private static void Put(ref byte* at, short value)
    {
        *(short*)at = BinaryPrimitives.ReverseEndianness(value);
        at += 2;
    }
}
