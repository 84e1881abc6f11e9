namespace HybridStore.Schema;

/// <summary>Dates as days since 1970-01-01, as Parquet and DuckDB count them.</summary>
public static class EpochDay
{
    private static readonly int EpochDayNumber = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The date of a day's number.</summary>
    /// <param name="epochDays">May be negative.</param>
    public static DateOnly ToDate(int epochDays) => DateOnly.FromDayNumber(EpochDayNumber + epochDays);

    /// <summary>The date of a local time.</summary>
    /// <param name="localUs">Microseconds since 1970-01-01 00:00.</param>
    /// <returns>Null outside of the years 1 to 9999.</returns>
    public static DateOnly? TryFromLocal(long localUs)
    {
        const long microsecondsPerDay = 86_400_000_000;
        var sinceMidnightUs = (localUs % microsecondsPerDay + microsecondsPerDay) % microsecondsPerDay;
        return TryToDate((localUs - sinceMidnightUs) / microsecondsPerDay);
    }

    /// <summary>The date of a day's number.</summary>
    /// <param name="epochDays">Any number.</param>
    /// <returns>Null outside of the years 1 to 9999.</returns>
    public static DateOnly? TryToDate(long epochDays)
    {
        var day = EpochDayNumber + epochDays;
        return day >= DateOnly.MinValue.DayNumber && day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)day) : null;
    }

    /// <summary>The number of a date.</summary>
    /// <param name="date">Any date.</param>
    public static int Of(DateOnly date) => date.DayNumber - EpochDayNumber;
}
