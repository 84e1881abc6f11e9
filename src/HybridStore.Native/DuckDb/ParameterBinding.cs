using System.Numerics;
using System.Text;
using DuckDB.NET.Native;
using Parameters = DuckDB.NET.Native.NativeMethods.PreparedStatements;

namespace HybridStore.Native.DuckDb;

/// <summary>Hands .NET values to the parameters of a prepared statement, each as the DuckDB type that holds it exactly.</summary>
internal static class ParameterBinding
{
    /// <exception cref="ArgumentException">There is no DuckDB type for the value.</exception>
    internal static DuckDBState Bind(DuckDBPreparedStatement statement, int index, object? value) => value switch
    {
        null or DBNull => Parameters.DuckDBBindNull(statement, index),
        bool truth => Parameters.DuckDBBindBoolean(statement, index, truth),
        sbyte or byte or short or ushort or int or uint or long => Parameters.DuckDBBindInt64(statement, index, Convert.ToInt64(value, null)),
        ulong number => Parameters.DuckDBBindUInt64(statement, index, number),
        Int128 number => Parameters.DuckDBBindHugeInt(statement, index, HugeInt(number)),
        BigInteger number => Parameters.DuckDBBindHugeInt(statement, index, HugeInt(ToInt128(number))),
        float number => Parameters.DuckDBBindFloat(statement, index, number),
        double number => Parameters.DuckDBBindDouble(statement, index, number),
        decimal number => Bind(statement, index, NativeMethods.Value.DuckDBCreateDecimal(Decimal(number))),
        string text => UnboundFunctions.BindText(statement, index, Encoding.UTF8.GetBytes(text)),
        char character => UnboundFunctions.BindText(statement, index, Encoding.UTF8.GetBytes([character])),
        Guid guid => UnboundFunctions.BindText(statement, index, Encoding.UTF8.GetBytes(guid.ToString())),
        byte[] bytes => Parameters.DuckDBBindBlob(statement, index, bytes, bytes.Length),
        DateOnly date => Parameters.DuckDBBindDate(statement, index, new() { Days = date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber }),
        TimeOnly time => Parameters.DuckDBBindTime(statement, index, new() { Micros = time.Ticks / TimeSpan.TicksPerMicrosecond }),
        TimeSpan span => Bind(statement, index, NativeMethods.Value.DuckDBCreateInterval(Interval(span))),
        DateTime { Kind: DateTimeKind.Local } => throw new ArgumentException("A parameter cannot be a local DateTime: pass it in UTC, or without a kind.", nameof(value)),
        DateTime time => Parameters.DuckDBBindTimestamp(statement, index, Timestamp(time)),
        DateTimeOffset instant => Bind(statement, index, NativeMethods.Value.DuckDBCreateTimestampTz(Timestamp(instant.UtcDateTime))),
        _ => throw new ArgumentException($"A parameter cannot be a {value.GetType().Name}.", nameof(value)),
    };

    private static DuckDBState Bind(DuckDBPreparedStatement statement, int index, DuckDBValue value)
    {
        using (value) return Parameters.DuckDBBindValue(statement, index, value);
    }

    private static DuckDBHugeInt HugeInt(Int128 value) => new((ulong)value, (long)(value >> 64));

    private static Int128 ToInt128(BigInteger value)
    {
        if (value >= (BigInteger)Int128.MinValue && value <= (BigInteger)Int128.MaxValue) return (Int128)value;
        throw new ArgumentException($"A parameter's integer has 128 bits at most, found {value}.", nameof(value));
    }

    private static DuckDBDecimal Decimal(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = new Int128((uint)bits[2], (uint)bits[0] | ((ulong)(uint)bits[1] << 32));
        var scale = (byte)(bits[3] >> 16);
        var width = Math.Max(Math.Max((byte)digits.ToString(null, null).Length, scale), (byte)1);
        return new DuckDBDecimal(width, scale, HugeInt(value < 0 ? -digits : digits));
    }

    private static DuckDBTimestampStruct Timestamp(DateTime time) =>
        new() { Micros = (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond };

    private static DuckDBInterval Interval(TimeSpan span) => new(0, 0, unchecked((ulong)(span.Ticks / TimeSpan.TicksPerMicrosecond)));
}
