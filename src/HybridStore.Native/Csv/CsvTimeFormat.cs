namespace HybridStore.Native.Csv;

/// <summary>How dates and times are spelled.</summary>
/// <remarks>
/// A time of day is <c>17:00</c>, <c>17:00:00</c> or <c>17:00:00.123456</c>, also with <c>AM</c> or <c>PM</c>; <c>24:00</c> is the end of its day.
/// Two-digit years from 69 are of the 1900s, the others of the 2000s. Months are named in English, by three letters or more.
/// An instant ends in <c>Z</c>, <c>UTC</c>, <c>GMT</c>, <c>+05</c>, <c>+0530</c> or <c>+05:30</c>; the epochs are instants by themselves.
/// </remarks>
public enum CsvTimeFormat
{
    /// <summary><c>2024-11-01</c> or <c>2024/11/01</c>, then a space or T and the time.</summary>
    Iso,

    /// <summary><c>20241101</c>, <c>20241101 170000065</c>, <c>20241101T17:00:00</c>, <c>20241101170000</c>.</summary>
    Compact,

    /// <summary><c>1/11/2024</c>, also with dashes or points.</summary>
    DayMonthYear,

    /// <summary><c>11/1/2024</c>, also with dashes or points.</summary>
    MonthDayYear,

    /// <summary><c>01-Nov-2024</c>, <c>1 November 2024</c>, <c>01NOV2024</c>, <c>Nov 1, 2024</c>.</summary>
    MonthName,

    /// <summary><c>1/11/24</c>: never guessed.</summary>
    DayMonthShortYear,

    /// <summary><c>11/1/24</c>: never guessed.</summary>
    MonthDayShortYear,

    /// <summary><c>24-11-01</c> or <c>24/11/1</c>: never guessed.</summary>
    ShortYearMonthDay,

    /// <summary><c>01-Nov-24</c>: never guessed.</summary>
    MonthNameShortYear,

    /// <summary>Seconds since 1970 UTC, with up to six decimals.</summary>
    EpochSeconds,

    /// <summary>Milliseconds since 1970 UTC, with up to three decimals.</summary>
    EpochMilliseconds,

    /// <summary>Microseconds since 1970 UTC.</summary>
    EpochMicroseconds,

    /// <summary>Nanoseconds since 1970 UTC, as far as they are whole microseconds.</summary>
    EpochNanoseconds,
}
