using System.Buffers.Text;
using System.Globalization;
using System.Numerics;

namespace HybridStore.Query;

/// <summary>Numbers as DuckDB casts them to text.</summary>
internal static class NumberText
{
    /// <summary>DuckDB writes an exponent from this power of ten on, and below <see cref="FixedExponentMin"/>.</summary>
    private const int FixedExponentMax = 15;
    private const int FixedExponentMin = -4;

    /// <summary>2^24: from here on every float is a whole number.</summary>
    private const float FloatWholeMin = 16_777_216;

    internal static void Append<T>(Utf8Buffer target, T value)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(target.Free(64), out var length, default, CultureInfo.InvariantCulture);
        target.Advance(length);
    }

    /// <summary>Writes <paramref name="unscaled"/> with its last <paramref name="scale"/> digits after the point.</summary>
    internal static void AppendDecimal(Utf8Buffer target, Int128 unscaled, int width, int scale)
    {
        Span<byte> digits = stackalloc byte[48];
        var magnitude = unscaled < 0 ? (UInt128)(-unscaled) : (UInt128)unscaled;
        var length = Digits(magnitude, digits);
        if (unscaled < 0) target.Append('-');
        if (scale == 0)
        {
            target.Append(digits[..length]);
            return;
        }

        var whole = length - scale;
        if (whole > 0) target.Append(digits[..whole]);
        else if (width > scale) target.Append('0'); // DuckDB leaves the zero out where the type has no digit before the point.
        target.Append('.');
        for (; whole < 0; whole++) target.Append('0');
        target.Append(digits[Math.Max(length - scale, 0)..length]);
    }

    internal static void AppendFloat(Utf8Buffer target, float value)
    {
        Span<byte> shortest = stackalloc byte[32];
        Span<byte> exact = stackalloc byte[32];
        if (AppendSpecial(target, value)) return;
        value.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        ((double)value).TryFormat(exact, out var exactLength, "R", CultureInfo.InvariantCulture);
        if (IsTie(value, shortest[..length], exact[..exactLength]))
        {
            shortest = exact;
            length = exactLength;
        }

        AppendShortest(target, shortest[..length]);
    }

    internal static void AppendDouble(Utf8Buffer target, double value)
    {
        Span<byte> shortest = stackalloc byte[32];
        if (AppendSpecial(target, value)) return;
        value.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        AppendShortest(target, shortest[..length]);
    }

    /// <summary>DuckDB's bignum: three bytes of header, then the magnitude, big end first; all inverted when negative.</summary>
    /// <remarks>Source: <c>duckdb.h</c>, <c>duckdb_bignum</c>; the header's top bit is set when the number is not negative.</remarks>
    internal static void AppendBigNum(Utf8Buffer target, ReadOnlySpan<byte> bytes)
    {
        var isNegative = (bytes[0] & 0x80) == 0;
        var magnitude = bytes[3..].ToArray();
        if (isNegative)
        {
            for (var index = 0; index < magnitude.Length; index++) magnitude[index] = (byte)~magnitude[index];
        }

        var value = new BigInteger(magnitude, isUnsigned: true, isBigEndian: true);
        target.Append((isNegative ? -value : value).ToString(CultureInfo.InvariantCulture));
    }

    private static int Digits(UInt128 magnitude, Span<byte> digits)
    {
        if (magnitude <= ulong.MaxValue)
        {
            Utf8Formatter.TryFormat((ulong)magnitude, digits, out var written);
            return written;
        }

        magnitude.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        return length;
    }

    private static bool AppendSpecial(Utf8Buffer target, double value)
    {
        if (double.IsFinite(value)) return false;
        target.Append(double.IsNaN(value) ? "nan"u8 : value > 0 ? "inf"u8 : "-inf"u8);
        return true;
    }

    /// <summary>Whether DuckDB gives up its search for the shortest digits, and writes the float's digits as a double.</summary>
    /// <remarks>It does when two texts of that length are equally near, or when a shorter one lies exactly between two floats.</remarks>
    private static bool IsTie(float value, ReadOnlySpan<byte> shortest, ReadOnlySpan<byte> exact)
    {
        var count = SignificantCount(shortest);
        if (SignificantCount(exact) == count + 1 && Significand(exact)[^1] == '5') return true;
        var magnitude = Math.Abs(value);
        if (magnitude < FloatWholeMin) return false; // Below, what lies between two floats has more digits than the shortest text.
        var text = (UInt128)Math.Abs(double.Parse(shortest, CultureInfo.InvariantCulture));
        return IsShorter((UInt128)(((double)magnitude + MathF.BitIncrement(magnitude)) / 2)) || IsShorter((UInt128)(((double)magnitude + MathF.BitDecrement(magnitude)) / 2));

        bool IsShorter(UInt128 between) => SignificantCount(between) < count || between == text;
    }

    private static int SignificantCount(ReadOnlySpan<byte> text)
    {
        var significand = Significand(text);
        return significand.Length - significand.Count((byte)'.');
    }

    private static ReadOnlySpan<byte> Significand(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'E') is var mark and >= 0) text = text[..mark];
        text = text.TrimStart((byte)'-');
        return text.Contains((byte)'.') ? text : text.TrimEnd((byte)'0');
    }

    private static int SignificantCount(UInt128 whole)
    {
        Span<byte> digits = stackalloc byte[48];
        return SignificantCount(digits[..Digits(whole, digits)]);
    }

    /// <summary>Lays .NET's shortest digits out as DuckDB does: <c>1e+16</c>, <c>1e-05</c>, <c>100000.0</c>.</summary>
    private static void AppendShortest(Utf8Buffer target, ReadOnlySpan<byte> text)
    {
        Span<byte> digits = stackalloc byte[32];
        if (text[0] == '-')
        {
            target.Append('-');
            text = text[1..];
        }

        var exponent = 0;
        var mark = text.IndexOf((byte)'E');
        if (mark >= 0)
        {
            exponent = int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..mark];
        }

        // digits x 10^(exponent): the point stands behind the first `point` digits.
        var point = text.IndexOf((byte)'.');
        var count = 0;
        foreach (var symbol in text)
        {
            if (symbol != '.') digits[count++] = symbol;
        }

        point = (point < 0 ? count : point) + exponent;
        var leading = 0;
        while (leading < count - 1 && digits[leading] == '0') leading++;
        var significant = digits[leading..count];
        point -= leading;
        while (significant.Length > 1 && significant[^1] == '0') significant = significant[..^1];
        if (significant is [(byte)'0']) point = 1;
        AppendDigits(target, significant, point);
    }

    private static void AppendDigits(Utf8Buffer target, ReadOnlySpan<byte> digits, int point)
    {
        var power = point - 1;
        if (power is < FixedExponentMin or > FixedExponentMax)
        {
            target.Append(digits[0]);
            if (digits.Length > 1)
            {
                target.Append('.');
                target.Append(digits[1..]);
            }

            target.Append(power < 0 ? "e-"u8 : "e+"u8);
            power = Math.Abs(power);
            if (power < 10) target.Append('0');
            Append(target, power);
            return;
        }

        if (point <= 0)
        {
            target.Append("0."u8);
            for (var zero = point; zero < 0; zero++) target.Append('0');
            target.Append(digits);
            return;
        }

        target.Append(digits[..Math.Min(point, digits.Length)]);
        for (var zero = digits.Length; zero < point; zero++) target.Append('0');
        target.Append('.');
        if (digits.Length > point) target.Append(digits[point..]);
        else target.Append('0');
    }
}
