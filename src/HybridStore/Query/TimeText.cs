
namespace HybridStore.Query;

/// <summary>Dates, times and intervals as DuckDB casts them to text, over DuckDB's whole ranges.</summary>
internal static class TimeText
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long SecondsPerDay = 86_400;
    private const int TimeTzOffsetBits = 24;
    private const int TimeTzOffsetSecondsMax = 16 * 3600 - 1;

    internal static void AppendDate(Utf8Buffer target, int days)
    {
        if (days == int.MaxValue) target.Append("infinity"u8);
        else if (days == -int.MaxValue) target.Append("-infinity"u8);
        else AppendDay(target, days);
    }

    /// <summary>Writes a point in time.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="value">Units since 1970.</param>
    /// <param name="unitsPerSecond">1 to 10^9.</param>
    /// <param name="separator">Between date and time: a space, or T in JSON.</param>
    /// <param name="zone">Written behind it.</param>
    internal static void AppendTimestamp(Utf8Buffer target, long value, long unitsPerSecond, byte separator, ReadOnlySpan<byte> zone)
    {
        if (value == long.MaxValue)
        {
            target.Append("infinity"u8);
            return;
        }

        if (value == -long.MaxValue)
        {
            target.Append("-infinity"u8);
            return;
        }

        var (seconds, fraction) = FloorDivide(value, unitsPerSecond);
        var (days, secondOfDay) = FloorDivide(seconds, SecondsPerDay);
        AppendDay(target, days);
        target.Append(separator);
        AppendClock(target, secondOfDay, fraction, unitsPerSecond);
        target.Append(zone);
    }

    internal static void AppendTime(Utf8Buffer target, long value, long unitsPerSecond) =>
        AppendClock(target, value / unitsPerSecond, value % unitsPerSecond, unitsPerSecond);

    /// <summary>DuckDB packs microseconds above 24 bits of an offset that counts down, so that the bits sort by instant.</summary>
    internal static void AppendTimeTz(Utf8Buffer target, ulong bits)
    {
        AppendTime(target, (long)(bits >> TimeTzOffsetBits), MicrosecondsPerSecond);
        var offsetSeconds = TimeTzOffsetSecondsMax - (int)(bits & ((1 << TimeTzOffsetBits) - 1));
        target.Append(offsetSeconds < 0 ? (byte)'-' : (byte)'+');
        offsetSeconds = Math.Abs(offsetSeconds);
        AppendPadded(target, offsetSeconds / 3600, 2);
        if (offsetSeconds % 3600 == 0) return;
        target.Append(':');
        AppendPadded(target, offsetSeconds / 60 % 60, 2);
        if (offsetSeconds % 60 == 0) return;
        target.Append(':');
        AppendPadded(target, offsetSeconds % 60, 2);
    }

    internal static void AppendInterval(Utf8Buffer target, int months, int days, long microseconds)
    {
        var isFirst = true;
        AppendCount(target, months / 12, "year"u8, ref isFirst);
        AppendCount(target, months % 12, "month"u8, ref isFirst);
        AppendCount(target, days, "day"u8, ref isFirst);
        if (microseconds == 0 && !isFirst) return;
        if (!isFirst) target.Append(' ');
        if (microseconds < 0) target.Append('-');
        // The negation overflows for the smallest value only, and the cast undoes it.
        var magnitude = (ulong)(microseconds < 0 ? unchecked(-microseconds) : microseconds);
        AppendClock(target, (long)(magnitude / MicrosecondsPerSecond), (long)(magnitude % MicrosecondsPerSecond), MicrosecondsPerSecond);
    }

    private static void AppendCount(Utf8Buffer target, int count, ReadOnlySpan<byte> unit, ref bool isFirst)
    {
        if (count == 0) return;
        if (!isFirst) target.Append(' ');
        isFirst = false;
        NumberText.Append(target, count);
        target.Append(' ');
        target.Append(unit);
        if (count is not (1 or -1)) target.Append('s');
    }

    private static void AppendClock(Utf8Buffer target, long seconds, long fraction, long unitsPerSecond)
    {
        AppendPadded(target, seconds / 3600, 2);
        target.Append(':');
        AppendPadded(target, seconds / 60 % 60, 2);
        target.Append(':');
        AppendPadded(target, seconds % 60, 2);
        if (fraction == 0) return;
        var digitCount = unitsPerSecond == NanosecondsPerSecond ? 9 : unitsPerSecond == MicrosecondsPerSecond ? 6 : 3;
        for (; fraction % 10 == 0; fraction /= 10) digitCount--;
        target.Append('.');
        AppendPadded(target, fraction, digitCount);
    }

    /// <summary>The proleptic Gregorian day; years before 1 are written as DuckDB does, <c>0044-03-15 (BC)</c>.</summary>
    /// <remarks>Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.</remarks>
    private static void AppendDay(Utf8Buffer target, long daysSince1970)
    {
        var shifted = daysSince1970 + 719_468; // Days since 0000-03-01: a year that ends with February has its leap day last.
        var (era, dayOfEra) = FloorDivide(shifted, 146_097);
        var yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var monthFromMarch = (5 * dayOfYear + 2) / 153;
        var day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        var month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        var year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        AppendPadded(target, year > 0 ? year : 1 - year, 4);
        target.Append('-');
        AppendPadded(target, month, 2);
        target.Append('-');
        AppendPadded(target, day, 2);
        if (year <= 0) target.Append(" (BC)"u8);
    }

    private static void AppendPadded(Utf8Buffer target, long value, int digitCount)
    {
        Span<byte> digits = stackalloc byte[20];
        var start = digits.Length;
        for (; value > 0 || digits.Length - start < digitCount; value /= 10) digits[--start] = (byte)('0' + value % 10);
        target.Append(digits[start..]);
    }

    private static (long Quotient, long Remainder) FloorDivide(long value, long divisor)
    {
        var (quotient, remainder) = Math.DivRem(value, divisor);
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder);
    }
}
