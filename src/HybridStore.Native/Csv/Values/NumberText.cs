namespace HybridStore.Native.Csv.Values;

/// <summary>A number as it is spelled: digits times a power of ten, before any type rounds it.</summary>
/// <remarks>
/// <c>[+-] digits [. digits] [e [+-] digits]</c> with a digit before or after the point. Leading zeros are noted, because
/// <c>007</c> is an identifier and not the number 7.
/// </remarks>
internal ref struct NumberText
{
    private const int StoredDigitsMax = 38;
    private const int ExponentMax = 100_000;

    /// <summary>Whether the text begins with a minus.</summary>
    internal bool IsNegative;

    /// <summary>The digits from the first to the last that is not 0; without meaning beyond 38 of them.</summary>
    internal UInt128 Digits;

    /// <summary>How many digits that are; 0 for zero.</summary>
    internal int DigitCount;

    /// <summary>The power of ten that <see cref="Digits"/> are multiplied by; 0 for zero.</summary>
    internal int Exponent;

    /// <summary>Whether the whole part begins with a zero that is not its only digit.</summary>
    internal bool HasLeadingZero;

    /// <summary>Whether an exponent was spelled out.</summary>
    internal bool HasExponent;

    /// <summary>Reads a text.</summary>
    /// <param name="text">Without spaces around it.</param>
    /// <param name="point">The decimal point.</param>
    /// <param name="groupMark">Between groups of three digits of the whole part; 0 for none.</param>
    /// <param name="number">What it says.</param>
    /// <returns>False when the text is no number.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> text, byte point, byte groupMark, out NumberText number)
    {
        number = default;
        var at = 0;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            number.IsNegative = text[0] == '-';
            at = 1;
        }

        var wholeStart = at;
        var pendingZeros = 0;
        if (!number.ReadWhole(text, groupMark, ref at, ref pendingZeros)) return false;
        var digitSeen = at > wholeStart;
        number.HasLeadingZero = at - wholeStart > 1 && text[wholeStart] == '0';
        var fractionDigits = 0;
        if (at < text.Length && text[at] == point)
        {
            var fractionStart = ++at;
            for (; at < text.Length && IsDigit(text[at]); at++) number.Append(text[at] - '0', ref pendingZeros);
            fractionDigits = at - fractionStart;
        }

        if (!digitSeen && fractionDigits == 0) return false;
        if (!number.TryReadExponent(text, ref at, out var exponent) || at != text.Length) return false;
        number.Exponent = number.DigitCount == 0 ? 0 : exponent - fractionDigits + pendingZeros;
        return true;
    }

    private static bool IsDigit(byte value) => (uint)(value - '0') <= 9;

    private bool ReadWhole(ReadOnlySpan<byte> text, byte groupMark, ref int at, ref int pendingZeros)
    {
        var groupDigits = 0;
        var grouped = false;
        for (; at < text.Length; at++)
        {
            if (IsDigit(text[at]))
            {
                groupDigits++;
                Append(text[at] - '0', ref pendingZeros);
            }
            else if (groupMark != 0 && text[at] == groupMark)
            {
                if (grouped ? groupDigits != 3 : groupDigits is 0 or > 3) return false;
                grouped = true;
                groupDigits = 0;
            }
            else
            {
                break;
            }
        }

        return !grouped || groupDigits == 3;
    }

    /// <summary>Zeros wait until a digit follows them, so that those at the end become part of the exponent.</summary>
    private void Append(int digit, ref int pendingZeros)
    {
        if (digit == 0)
        {
            if (DigitCount > 0) pendingZeros++;
            return;
        }

        for (; pendingZeros > 0; pendingZeros--) Push(0);
        Push(digit);
    }

    private void Push(int digit)
    {
        if (++DigitCount <= StoredDigitsMax) Digits = Digits * 10 + (uint)digit;
    }

    private bool TryReadExponent(ReadOnlySpan<byte> text, ref int at, out int exponent)
    {
        exponent = 0;
        if (at == text.Length || (text[at] | 0x20) != 'e') return true;
        HasExponent = true;
        at++;
        var isNegative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+') at++;
        var start = at;
        for (; at < text.Length && IsDigit(text[at]); at++) exponent = Math.Min(ExponentMax, exponent * 10 + text[at] - '0');
        if (isNegative) exponent = -exponent;
        return at > start;
    }
}
