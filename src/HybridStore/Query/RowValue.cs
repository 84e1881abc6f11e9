using System.Numerics;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>Reads one value of a chunk as a .NET value: what compiled row mappings call.</summary>
/// <remarks>None of them but <see cref="StoredOrNull"/> looks whether the value is there: the mapping did.</remarks>
internal static class RowValue
{
    private const int DecimalScaleMax = 28;

    private static readonly decimal[] PowersOfTen = [.. Enumerable.Range(0, DecimalScaleMax + 1).Select(power => (decimal)BigInteger.Pow(10, power))];

    internal static bool IsNull(QueryReader reader, int column, int row) => reader.Chunk.Column(column).IsNull(row);

    /// <summary>A value that is stored as it is wanted.</summary>
    internal static T Stored<T>(QueryReader reader, int column, int row)
        where T : unmanaged => reader.TryGetValue<T>(column, row, out var value) ? value : default;

    /// <summary>The same where it may be absent.</summary>
    internal static T? StoredOrNull<T>(QueryReader reader, int column, int row)
        where T : unmanaged => reader.TryGetValue<T>(column, row, out var value) ? value : null;

    internal static bool Truth(QueryReader reader, int column, int row) => reader.Chunk.Column(column).Values<byte>()[row] != 0;

    /// <summary>An integer in another width.</summary>
    /// <exception cref="StoreException">SourceData: it does not fit.</exception>
    internal static T Integer<T>(QueryReader reader, int column, int row)
        where T : INumberBase<T>
    {
        try
        {
            return Converted<T>(reader.Chunk.Column(column), row);
        }
        catch (OverflowException)
        {
            throw DoesNotFit<T>(reader, column, row);
        }
    }
    internal static double Single(QueryReader reader, int column, int row) => reader.Chunk.Column(column).Values<float>()[row];

    /// <exception cref="StoreException">SourceData: it has more digits than a decimal holds.</exception>
    internal static decimal Decimal(QueryReader reader, int column, int row)
    {
        var vector = reader.Chunk.Column(column);
        var scale = vector.Type.Scale;
        var unscaled = ValueText.Unscaled(vector, row);
        return scale <= DecimalScaleMax && Int128.Abs(unscaled) <= (Int128)decimal.MaxValue ? (decimal)unscaled / PowersOfTen[scale] : throw DoesNotFit<decimal>(reader, column, row);
    }

    internal static double DecimalAsDouble(QueryReader reader, int column, int row)
    {
        var vector = reader.Chunk.Column(column);
        return (double)ValueText.Unscaled(vector, row) / Math.Pow(10, vector.Type.Scale);
    }

    /// <exception cref="StoreException">SourceData: it lies outside of the years 1 to 9999, or is an infinity.</exception>
    internal static DateOnly Date(QueryReader reader, int column, int row)
    {
        var day = reader.Chunk.Column(column).Values<int>()[row] + (long)DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        return day >= DateOnly.MinValue.DayNumber && day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)day) : throw DoesNotFit<DateOnly>(reader, column, row);
    }

    internal static DateTime DateAsTime(QueryReader reader, int column, int row) => Date(reader, column, row).ToDateTime(TimeOnly.MinValue);

    /// <summary>A time without a zone: <see cref="DateTimeKind.Unspecified"/>.</summary>
    internal static DateTime Time(QueryReader reader, int column, int row) => Moment(reader, column, row, DateTimeKind.Unspecified);

    /// <summary>An instant: <see cref="DateTimeKind.Utc"/>.</summary>
    internal static DateTime Instant(QueryReader reader, int column, int row) => Moment(reader, column, row, DateTimeKind.Utc);

    internal static DateTimeOffset InstantWithOffset(QueryReader reader, int column, int row) => new(Instant(reader, column, row));

    internal static TimeOnly TimeOfDay(QueryReader reader, int column, int row) =>
        new(reader.Chunk.Column(column).Values<long>()[row] * TimeSpan.TicksPerMicrosecond);

    /// <summary>Any value as DuckDB writes it.</summary>
    internal static string AnyText(QueryReader reader, int column, int row) => ValueText.Of(reader.Chunk.Column(column), row)!;

    internal static string Text(QueryReader reader, int column, int row) => reader.Text(column, row);

    /// <summary>A time without a zone that is counted in seconds, milliseconds or nanoseconds.</summary>
    /// <exception cref="StoreException">SourceData: it lies outside of the years 1 to 9999, or between two of .NET's ticks of 100 ns.</exception>
    internal static DateTime TimeOfUnit(QueryReader reader, int column, int row, long unitsPerSecond)
    {
        var ticks = (Int128)Stored<long>(reader, column, row) * TimeSpan.TicksPerSecond;
        var fromYearOne = (ticks / unitsPerSecond) + DateTime.UnixEpoch.Ticks;
        if (ticks % unitsPerSecond != 0 || fromYearOne < 0 || fromYearOne > DateTime.MaxValue.Ticks) throw DoesNotFit<DateTime>(reader, column, row);
        return new DateTime((long)fromYearOne);
    }

    /// <summary>An interval of days and microseconds.</summary>
    /// <exception cref="StoreException">SourceData: it has months, whose length is not known, or is too long.</exception>
    internal static TimeSpan Span(QueryReader reader, int column, int row)
    {
        var interval = reader.Chunk.Column(column).Values<ValueText.Interval>()[row];
        var ticks = ((Int128)interval.Days * TimeSpan.TicksPerDay) + ((Int128)interval.Microseconds * TimeSpan.TicksPerMicrosecond);
        return interval.Months == 0 && ticks >= long.MinValue && ticks <= long.MaxValue
            ? new TimeSpan((long)ticks)
            : throw DoesNotFit<TimeSpan>(reader, column, row);
    }

    private static DateTime Moment(QueryReader reader, int column, int row, DateTimeKind kind)
    {
        var microseconds = Stored<long>(reader, column, row);
        const long untilEpoch = 62_135_596_800_000_000;
        const ulong lastMicrosecond = 3_155_378_975_999_999_999 / 10; // Of the year 9999, from the year 1.
        return (ulong)(microseconds + untilEpoch) <= lastMicrosecond
            ? new DateTime((microseconds + untilEpoch) * TimeSpan.TicksPerMicrosecond, kind)
            : throw DoesNotFit<DateTime>(reader, column, row);
    }

    private static T Converted<T>(DuckDbVector vector, int row)
        where T : INumberBase<T> => vector.Type.StorageId switch
        {
            DuckDBType.TinyInt => T.CreateChecked(vector.Values<sbyte>()[row]),
            DuckDBType.SmallInt => T.CreateChecked(vector.Values<short>()[row]),
            DuckDBType.Integer => T.CreateChecked(vector.Values<int>()[row]),
            DuckDBType.BigInt => T.CreateChecked(vector.Values<long>()[row]),
            DuckDBType.UnsignedTinyInt => T.CreateChecked(vector.Values<byte>()[row]),
            DuckDBType.UnsignedSmallInt => T.CreateChecked(vector.Values<ushort>()[row]),
            DuckDBType.UnsignedInteger => T.CreateChecked(vector.Values<uint>()[row]),
            DuckDBType.UnsignedBigInt => T.CreateChecked(vector.Values<ulong>()[row]),
            DuckDBType.UnsignedHugeInt => T.CreateChecked(vector.Values<UInt128>()[row]),
            _ => T.CreateChecked(vector.Values<Int128>()[row]),
        };

    internal static StoreException DoesNotFit<T>(QueryReader reader, int column, int row) => new(
        StoreErrorKind.SourceData,
        $"column '{reader.Columns[column].Name}': the value {ValueText.Of(reader.Chunk.Column(column), row)} does not fit into a {typeof(T).Name}. Declare a wider type.");
}
