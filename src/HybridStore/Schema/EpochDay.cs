namespace HybridStore.Schema;

/// <summary>Dates as days since 1970-01-01, as Parquet and DuckDB count them.</summary>
public static class EpochDay
{
    private static readonly int EpochDayNumber = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The date of a day's number.</summary>
    /// <param name="epochDays">May be negative.</param>
    public static DateOnly ToDate(int epochDays) => DateOnly.FromDayNumber(EpochDayNumber + epochDays);

    /// <summary>The number of a date.</summary>
    /// <param name="date">Any date.</param>
    public static int Of(DateOnly date) => date.DayNumber - EpochDayNumber;
}
