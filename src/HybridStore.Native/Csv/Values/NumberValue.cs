using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;

namespace HybridStore.Native.Csv.Values;

/// <summary>Numbers from text, exactly or not at all.</summary>
internal static class NumberValue
{
    private const int BigIntDigitsMax = 19;
    private const long NanBits = 0x7FF8_0000_0000_0000;
    private const int DoubleSafeDigits = 15;
    private const int DoubleDigitsMax = 17;
    private const double SmallestNormal = 2.2250738585072014E-308;

    private static readonly UInt128[] PowersOfTen = MakePowersOfTen();

    /// <summary>The powers of ten that are exact doubles: 0 to 22.</summary>
    private static ReadOnlySpan<double> DoublePowersOfTen =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private static ReadOnlySpan<double> FractionBytesDivisors => [1e0, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    private static ReadOnlySpan<long> LongPowersOfTen =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000, 1_000_000_000_000,
        10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ];

    /// <summary>What digits are divided by when as many bytes of their text, the point among them, are its fraction: 1, 1, 10, 100 and so on.</summary>
    internal static ref readonly double FractionBytesDivisor => ref MemoryMarshal.GetReference(FractionBytesDivisors);

    /// <summary>1.0, followed in memory by the powers of ten up to 22.</summary>
    internal static ref readonly double PowerOfTenReference => ref MemoryMarshal.GetReference(DoublePowersOfTen);

    /// <summary>A power of ten.</summary>
    /// <param name="power">0 to 18.</param>
    internal static long PowerOfTen(int power) => LongPowersOfTen[power];

    /// <summary>A 64-bit integer. A fraction of zeros is no fraction; an exponent, a leading zero and <c>-0</c> are more than an integer says.</summary>
    internal static CsvRejectReason ToBigInt(ReadOnlySpan<byte> text, byte point, byte groupMark, out long value)
    {
        value = 0;
        if (!NumberText.TryRead(text, point, groupMark, out var number) || number.HasExponent) return CsvRejectReason.Malformed;
        if (!TryScale(number, 0, BigIntDigitsMax, out var magnitude, out var reason)) return reason;
        var limit = number.IsNegative ? (UInt128)1 << 63 : ((UInt128)1 << 63) - 1;
        if (magnitude > limit) return CsvRejectReason.OutOfRange;
        value = number.IsNegative ? (long)(0 - (ulong)magnitude) : (long)magnitude;
        return CsvRejectReason.None;
    }

    /// <summary>A decimal as its value times ten to the scale.</summary>
    internal static CsvRejectReason ToDecimal(ReadOnlySpan<byte> text, byte point, byte groupMark, int width, int scale, out Int128 value)
    {
        value = 0;
        if (!NumberText.TryRead(text, point, groupMark, out var number)) return CsvRejectReason.Malformed;
        if (!TryScale(number, scale, width, out var magnitude, out var reason)) return reason;
        value = number.IsNegative ? -(Int128)magnitude : (Int128)magnitude;
        return CsvRejectReason.None;
    }

    /// <summary>The double whose shortest spelling has the text's digits.</summary>
    /// <remarks>Up to 15 digits a normal double always gives them back. NaN and Infinity are taken in any case, with a sign and as <c>inf</c>.</remarks>
    internal static CsvRejectReason ToDouble(ReadOnlySpan<byte> text, byte point, byte groupMark, out double value)
    {
        if (!NumberText.TryRead(text, point, groupMark, out var number)) return TryReadSpecial(text, out value) ? CsvRejectReason.None : CsvRejectReason.Malformed;
        value = number.IsNegative ? -0.0 : 0.0;
        if (number.HasLeadingZero) return CsvRejectReason.NotExact;
        if (number.DigitCount == 0) return CsvRejectReason.None;
        if (number.DigitCount > DoubleDigitsMax) return number.Exponent + number.DigitCount > 309 ? CsvRejectReason.OutOfRange : CsvRejectReason.NotExact;
        var magnitude = Round((ulong)number.Digits, number.Exponent);
        if (double.IsInfinity(magnitude)) return CsvRejectReason.OutOfRange;
        value = number.IsNegative ? -magnitude : magnitude;
        if (magnitude >= SmallestNormal && number.DigitCount <= DoubleSafeDigits) return CsvRejectReason.None;
        return HasDigits(magnitude, number) ? CsvRejectReason.None : CsvRejectReason.NotExact;
    }

    /// <summary><c>true</c>, <c>t</c>, <c>yes</c>, <c>y</c>, <c>1</c> and their opposites, in any case.</summary>
    internal static CsvRejectReason ToBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        value = EqualsAny(text, "true", "t", "yes", "y", "1");
        return value || EqualsAny(text, "false", "f", "no", "n", "0") ? CsvRejectReason.None : CsvRejectReason.Malformed;
    }

    /// <summary>The number times ten to a power, when that is a whole number of limited width.</summary>
    internal static bool TryScale(in NumberText number, int scale, int widthMax, out UInt128 magnitude, out CsvRejectReason reason)
    {
        magnitude = 0;
        reason = CsvRejectReason.NotExact;
        if (number.HasLeadingZero) return false;
        if (number.DigitCount == 0)
        {
            // A minus before zero is a sign that only a double keeps.
            reason = number.IsNegative ? CsvRejectReason.NotExact : CsvRejectReason.None;
            return !number.IsNegative;
        }

        var shift = number.Exponent + scale;
        if (number.DigitCount + shift > widthMax)
        {
            reason = CsvRejectReason.OutOfRange;
            return false;
        }

        if (shift < 0) return false;
        magnitude = number.Digits * PowersOfTen[shift];
        reason = CsvRejectReason.None;
        return true;
    }

    private static double Round(ulong digits, int exponent)
    {
        // Both factors are exact doubles, so that the one operation rounds once.
        if (digits <= 1UL << 53 && exponent is >= -22 and <= 22)
        {
            return exponent < 0 ? digits / DoublePowersOfTen[-exponent] : digits * DoublePowersOfTen[exponent];
        }

        Span<byte> text = stackalloc byte[40];
        _ = Utf8Formatter.TryFormat(digits, text, out var length);
        text[length++] = (byte)'E';
        _ = Utf8Formatter.TryFormat(exponent, text[length..], out var exponentLength);
        return double.Parse(text[..(length + exponentLength)], CultureInfo.InvariantCulture);
    }

    private static bool HasDigits(double magnitude, in NumberText number)
    {
        Span<byte> shortest = stackalloc byte[400];
        _ = magnitude.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        return NumberText.TryRead(shortest[..length], (byte)'.', groupMark: 0, out var back)
            && back.Digits == number.Digits && back.Exponent == number.Exponent;
    }

    private static bool TryReadSpecial(ReadOnlySpan<byte> text, out double value)
    {
        var isNegative = text.Length > 0 && text[0] == '-';
        var word = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        // .NET's own NaN has its sign set, which DuckDB shows as -nan.
        value = BitConverter.Int64BitsToDouble(NanBits);
        if (EqualsAny(word, "nan")) return word.Length == text.Length;
        if (!EqualsAny(word, "inf", "infinity")) return false;
        value = isNegative ? double.NegativeInfinity : double.PositiveInfinity;
        return true;
    }

    private static bool EqualsAny(ReadOnlySpan<byte> text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(text, word)) return true;
        }

        return false;
    }

    private static UInt128[] MakePowersOfTen()
    {
        var powers = new UInt128[39];
        powers[0] = 1;
        for (var power = 1; power < powers.Length; power++) powers[power] = powers[power - 1] * 10;
        return powers;
    }
}
