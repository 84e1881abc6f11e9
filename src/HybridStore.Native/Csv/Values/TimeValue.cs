namespace HybridStore.Native.Csv.Values;

/// <summary>Dates and times from text, exactly or not at all.</summary>
internal static class TimeValue
{
    internal const long MicrosecondsPerSecond = 1_000_000;
    internal const long MicrosecondsPerDay = 86_400 * MicrosecondsPerSecond;

    private const int HoursOfDayMax = 25;
    private const int ShortYearPivot = 69; // POSIX strptime: 69 to 99 are 1969 to 1999
    private const int DaysMin = -719_162; // 0001-01-01
    private const int DaysMax = 2_932_896; // 9999-12-31

    /// <summary>A day, without a time.</summary>
    internal static CsvRejectReason ToDate(ReadOnlySpan<byte> text, CsvTimeFormat format, out int days)
    {
        var walk = new TimeText(text);
        var reason = ReadDay(ref walk, format, out days);
        return reason == CsvRejectReason.None && !walk.IsAtEnd ? CsvRejectReason.Malformed : reason;
    }

    /// <summary>A time of a column that is one.</summary>
    internal static CsvRejectReason Read(ReadOnlySpan<byte> text, CsvColumnSpec column, out long timeUs)
    {
        if (column.IsHourEnding) return ToHourOfDay(text, column.TimeFormat, out timeUs);
        return column.Kind == CsvValueKind.TimestampTz ? ToTimestampTz(text, column.TimeFormat, out timeUs) : ToTimestamp(text, column.TimeFormat, out timeUs);
    }

    /// <summary>A day and a time without a zone; a day alone is its midnight.</summary>
    internal static CsvRejectReason ToTimestamp(ReadOnlySpan<byte> text, CsvTimeFormat format, out long timeUs)
    {
        if (format >= CsvTimeFormat.EpochSeconds) return ToEpoch(text, format, out timeUs);
        var reason = ReadTime(text, format, out timeUs, out var zone);
        return reason == CsvRejectReason.None && zone is not null ? CsvRejectReason.HasZone : reason;
    }

    /// <summary>An instant: a day and a time with a zone, or an epoch.</summary>
    internal static CsvRejectReason ToTimestampTz(ReadOnlySpan<byte> text, CsvTimeFormat format, out long timeUs)
    {
        if (format >= CsvTimeFormat.EpochSeconds) return ToEpoch(text, format, out timeUs);
        var reason = ReadTime(text, format, out timeUs, out var zone);
        if (reason != CsvRejectReason.None) return reason;
        if (zone is not { } offsetUs) return CsvRejectReason.NoZone;
        timeUs -= offsetUs;
        return InRange(timeUs);
    }

    /// <summary>A day and the number of an hour in it, counted from 1: the day's midnight, and a microsecond for every hour before that one.</summary>
    internal static CsvRejectReason ToHourOfDay(ReadOnlySpan<byte> text, CsvTimeFormat format, out long hourUs)
    {
        hourUs = 0;
        var walk = new TimeText(text);
        if (format >= CsvTimeFormat.EpochSeconds) return CsvRejectReason.Malformed;
        var reason = ReadDay(ref walk, format, out var days);
        if (reason != CsvRejectReason.None) return reason;
        if (!walk.TrySkip((byte)' ') && !walk.TrySkip((byte)'T')) return CsvRejectReason.Malformed;
        walk.SkipSpaces();
        if (walk.TrySkipWord("HE"u8) || walk.TrySkipWord("H"u8)) walk.SkipSpaces();
        if (!walk.TryReadNumber(1, 2, out var hour)) return CsvRejectReason.Malformed;
        // 07:00 and 07:00:00 name the hour that ends then.
        for (var part = 0; part < 2 && !walk.IsAtEnd; part++)
        {
            if (!walk.TrySkip((byte)':') || !walk.TryReadNumber(2, 2, out var rest)) return CsvRejectReason.Malformed;
            if (rest != 0) return CsvRejectReason.NoSuchTime;
        }

        if (!walk.IsAtEnd) return CsvRejectReason.Malformed;
        hourUs = days * MicrosecondsPerDay + hour - 1;
        return hour is 0 or > HoursOfDayMax ? CsvRejectReason.NoSuchTime : CsvRejectReason.None;
    }

    /// <summary>Whether a time lies where epochs of different units cannot be taken for each other: from 1973 to 2100.</summary>
    internal static bool IsLikelyEpoch(long timeUs) => timeUs is >= 100_000_000L * MicrosecondsPerSecond and <= 4_102_444_800L * MicrosecondsPerSecond;

    /// <summary>Days since 1970-01-01.</summary>
    /// <returns>False when there is no such day.</returns>
    internal static bool TryGetDays(int year, int month, int day, out int days)
    {
        days = 0;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        days = new DateOnly(year, month, day).DayNumber + DaysMin;
        return true;
    }

    private static CsvRejectReason InRange(long timeUs) =>
        timeUs is >= DaysMin * MicrosecondsPerDay and < (DaysMax + 1) * MicrosecondsPerDay ? CsvRejectReason.None : CsvRejectReason.OutOfRange;

    private static CsvRejectReason ToEpoch(ReadOnlySpan<byte> text, CsvTimeFormat format, out long timeUs)
    {
        timeUs = 0;
        if (!NumberText.TryRead(text, (byte)'.', groupMark: 0, out var number) || number.HasExponent) return CsvRejectReason.Malformed;
        var scale = format switch
        {
            CsvTimeFormat.EpochSeconds => 6,
            CsvTimeFormat.EpochMilliseconds => 3,
            CsvTimeFormat.EpochMicroseconds => 0,
            _ => -3,
        };
        if (!NumberValue.TryScale(number, scale, widthMax: 18, out var magnitude, out var reason)) return reason;
        timeUs = number.IsNegative ? -(long)magnitude : (long)magnitude;
        return InRange(timeUs);
    }

    private static CsvRejectReason ReadTime(ReadOnlySpan<byte> text, CsvTimeFormat format, out long timeUs, out long? zoneUs)
    {
        timeUs = 0;
        zoneUs = null;
        var walk = new TimeText(text);
        var reason = ReadDay(ref walk, format, out var days);
        if (reason != CsvRejectReason.None) return reason;
        timeUs = days * MicrosecondsPerDay;
        if (walk.IsAtEnd) return CsvRejectReason.None;
        var isCompact = format == CsvTimeFormat.Compact;
        var separated = walk.TrySkip((byte)' ') || walk.TrySkip((byte)'T') || walk.TrySkip((byte)'t') || (isCompact && walk.TrySkip((byte)'-'))
            || (format == CsvTimeFormat.MonthName && walk.TrySkip((byte)':'));
        if (!separated && !isCompact) return CsvRejectReason.Malformed;
        walk.SkipSpaces();
        reason = ReadTimeOfDay(ref walk, isCompact, out var timeOfDayUs);
        if (reason is not (CsvRejectReason.None or CsvRejectReason.NotExact)) return reason;
        timeUs += timeOfDayUs;
        if (!walk.IsAtEnd)
        {
            if (!TryReadZone(ref walk, out var offsetUs)) return CsvRejectReason.Malformed;
            zoneUs = offsetUs;
        }

        return reason == CsvRejectReason.NotExact ? reason : InRange(timeUs);
    }

    private static CsvRejectReason ReadDay(ref TimeText walk, CsvTimeFormat format, out int days)
    {
        days = 0;
        int year, month, day;
        if (format == CsvTimeFormat.Compact)
        {
            if (!walk.TryReadNumber(4, 4, out year) || !walk.TryReadNumber(2, 2, out month) || !walk.TryReadNumber(2, 2, out day)) return CsvRejectReason.Malformed;
        }
        else if (format == CsvTimeFormat.Iso)
        {
            if (!walk.TryReadNumber(4, 4, out year) || !walk.TrySkipDateMark(out var mark, allowPoint: false) || !walk.TryReadNumber(1, 2, out month)
                || !walk.TrySkip(mark) || !walk.TryReadNumber(1, 2, out day)) return CsvRejectReason.Malformed;
        }
        else if (format is CsvTimeFormat.MonthName or CsvTimeFormat.MonthNameShortYear)
        {
            if (!TryReadNamedMonth(ref walk, format == CsvTimeFormat.MonthName ? 4 : 2, out year, out month, out day)) return CsvRejectReason.Malformed;
        }
        else if (format == CsvTimeFormat.ShortYearMonthDay)
        {
            if (!walk.TryReadNumber(2, 2, out year) || !walk.TrySkipDateMark(out var mark, allowPoint: true) || !walk.TryReadNumber(1, 2, out month)
                || !walk.TrySkip(mark) || !walk.TryReadNumber(1, 2, out day)) return CsvRejectReason.Malformed;
        }
        else
        {
            var yearDigits = format is CsvTimeFormat.DayMonthYear or CsvTimeFormat.MonthDayYear ? 4 : 2;
            if (!walk.TryReadNumber(1, 2, out var first) || !walk.TrySkipDateMark(out var mark, allowPoint: true) || !walk.TryReadNumber(1, 2, out var second)
                || !walk.TrySkip(mark) || !walk.TryReadNumber(yearDigits, yearDigits, out year) || walk.DigitRun(1) > 0) return CsvRejectReason.Malformed;
            (day, month) = format is CsvTimeFormat.DayMonthYear or CsvTimeFormat.DayMonthShortYear ? (first, second) : (second, first);
        }

        if (format is >= CsvTimeFormat.DayMonthShortYear and <= CsvTimeFormat.MonthNameShortYear) year += year < ShortYearPivot ? 2000 : 1900;
        return TryGetDays(year, month, day, out days) ? CsvRejectReason.None : CsvRejectReason.NoSuchTime;
    }

    /// <summary>1-Nov-2024, 01NOV2024, 1 November 2024, Nov 1, 2024.</summary>
    private static bool TryReadNamedMonth(ref TimeText walk, int yearDigits, out int year, out int month, out int day)
    {
        (year, month) = (0, 0);
        var isDayFirst = walk.TryReadNumber(1, 2, out day);
        if (isDayFirst) walk.TrySkipAny(" -/."u8);
        if (!walk.TryReadMonth(out month)) return false;
        walk.TrySkipAny(" -/."u8);
        walk.SkipSpaces();
        if (!isDayFirst && !walk.TryReadNumber(1, 2, out day)) return false;
        if (!isDayFirst && !walk.TrySkipAny(" -/,"u8)) return false;
        walk.TrySkip((byte)',');
        walk.SkipSpaces();
        return walk.TryReadNumber(yearDigits, yearDigits, out year) && walk.DigitRun(1) == 0;
    }

    private static CsvRejectReason ReadTimeOfDay(ref TimeText walk, bool isCompact, out long timeUs)
    {
        timeUs = 0;
        int hour, minute = 0, second = 0, nanoseconds = 0;
        var isExact = true;
        // 170000065 and 170000 have no colons; 5 and 17 must be followed by one.
        if (isCompact && walk.DigitRun(3) == 3)
        {
            if (!walk.TryReadNumber(2, 2, out hour) || !walk.TryReadNumber(2, 2, out minute)) return CsvRejectReason.Malformed;
            if (walk.DigitRun(2) > 0)
            {
                if (!walk.TryReadNumber(2, 2, out second)) return CsvRejectReason.Malformed;
                var hasPoint = walk.TrySkip((byte)'.');
                if ((hasPoint || walk.DigitRun(1) > 0) && !walk.TryReadNanoseconds(out nanoseconds, out isExact)) return CsvRejectReason.Malformed;
            }
        }
        else
        {
            if (!walk.TryReadNumber(1, 2, out hour) || !walk.TrySkip((byte)':') || !walk.TryReadNumber(2, 2, out minute)) return CsvRejectReason.Malformed;
            if (walk.TrySkip((byte)':'))
            {
                if (!walk.TryReadNumber(2, 2, out second)) return CsvRejectReason.Malformed;
                if ((walk.TrySkip((byte)'.') || walk.TrySkip((byte)',')) && !walk.TryReadNanoseconds(out nanoseconds, out isExact)) return CsvRejectReason.Malformed;
            }
        }

        walk.SkipSpaces();
        var isMorning = walk.TrySkipWord("AM"u8);
        if (isMorning || walk.TrySkipWord("PM"u8))
        {
            if (hour is < 1 or > 12) return CsvRejectReason.NoSuchTime;
            hour = hour % 12 + (isMorning ? 0 : 12);
            walk.SkipSpaces();
        }

        var isEndOfDay = hour == 24 && minute == 0 && second == 0 && nanoseconds == 0;
        if ((hour > 23 && !isEndOfDay) || minute > 59 || second > 59) return CsvRejectReason.NoSuchTime;
        timeUs = ((hour * 60L + minute) * 60 + second) * MicrosecondsPerSecond + nanoseconds / 1000;
        return isExact && nanoseconds % 1000 == 0 ? CsvRejectReason.None : CsvRejectReason.NotExact;
    }

    private static bool TryReadZone(ref TimeText walk, out long offsetUs)
    {
        offsetUs = 0;
        if (walk.TrySkipWord("Z"u8) || walk.TrySkipWord("UTC"u8) || walk.TrySkipWord("GMT"u8)) return walk.IsAtEnd;
        var isNegative = walk.TrySkip((byte)'-');
        if (!isNegative && !walk.TrySkip((byte)'+')) return false;
        if (!walk.TryReadNumber(2, 2, out var hours)) return false;
        var minutes = 0;
        if (!walk.IsAtEnd)
        {
            walk.TrySkip((byte)':');
            if (!walk.TryReadNumber(2, 2, out minutes)) return false;
        }

        offsetUs = (hours * 60L + minutes) * 60 * MicrosecondsPerSecond * (isNegative ? -1 : 1);
        return walk.IsAtEnd && hours <= 15 && minutes < 60;
    }
}
