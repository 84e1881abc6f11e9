using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>A value of any type as text: exactly what DuckDB's <c>x::VARCHAR</c> gives in the time zone UTC.</summary>
/// <remarks>Thread-safe. Nothing is allocated beyond the growth of the caller's buffer, but for bignums.</remarks>
public static class ValueText
{
    private const long MicrosecondsPerSecond = 1_000_000;

    /// <summary>Appends a value as UTF-8; a null appends nothing.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="vector">The column.</param>
    /// <param name="row">0 to the vector's row count - 1.</param>
    /// <exception cref="StoreException">Usage: the type has no text here, such as VARIANT.</exception>
    public static void Append(Utf8Buffer target, DuckDbVector vector, int row)
    {
        if (vector.IsNull(row)) return;
        switch (vector.Type.Id)
        {
            case DuckDBType.Boolean:
                target.Append(vector.Values<bool>()[row] ? "true"u8 : "false"u8);
                break;
            case DuckDBType.TinyInt:
                NumberText.Append(target, vector.Values<sbyte>()[row]);
                break;
            case DuckDBType.SmallInt:
                NumberText.Append(target, vector.Values<short>()[row]);
                break;
            case DuckDBType.Integer:
                NumberText.Append(target, vector.Values<int>()[row]);
                break;
            case DuckDBType.BigInt:
                NumberText.Append(target, vector.Values<long>()[row]);
                break;
            case DuckDBType.HugeInt:
                NumberText.Append(target, vector.Values<Int128>()[row]);
                break;
            case DuckDBType.UnsignedTinyInt:
                NumberText.Append(target, vector.Values<byte>()[row]);
                break;
            case DuckDBType.UnsignedSmallInt:
                NumberText.Append(target, vector.Values<ushort>()[row]);
                break;
            case DuckDBType.UnsignedInteger:
                NumberText.Append(target, vector.Values<uint>()[row]);
                break;
            case DuckDBType.UnsignedBigInt:
                NumberText.Append(target, vector.Values<ulong>()[row]);
                break;
            case DuckDBType.UnsignedHugeInt:
                NumberText.Append(target, vector.Values<UInt128>()[row]);
                break;
            case DuckDBType.Float:
                NumberText.AppendFloat(target, vector.Values<float>()[row]);
                break;
            case DuckDBType.Double:
                NumberText.AppendDouble(target, vector.Values<double>()[row]);
                break;
            case DuckDBType.Decimal:
                NumberText.AppendDecimal(target, Unscaled(vector, row), vector.Type.Width, vector.Type.Scale);
                break;
            case DuckDBType.VarInt:
                NumberText.AppendBigNum(target, vector.Bytes(row));
                break;
            case DuckDBType.Varchar:
                target.Append(vector.Bytes(row));
                break;
            default:
                AppendOther(target, vector, row);
                break;
        }
    }

    /// <summary>A value as text.</summary>
    /// <inheritdoc cref="Append"/>
    /// <returns>Null for a null.</returns>
    public static string? Of(DuckDbVector vector, int row)
    {
        if (vector.IsNull(row)) return null;
        var buffer = new Utf8Buffer();
        Append(buffer, vector, row);
        return buffer.ToString();
    }

    /// <summary>A decimal's integer, before its scale is applied.</summary>
    internal static Int128 Unscaled(DuckDbVector vector, int row) => vector.Type.StorageId switch
    {
        DuckDBType.SmallInt => vector.Values<short>()[row],
        DuckDBType.Integer => vector.Values<int>()[row],
        DuckDBType.BigInt => vector.Values<long>()[row],
        _ => vector.Values<Int128>()[row],
    };

    /// <summary>An enum's member.</summary>
    internal static string Member(DuckDbVector vector, int row) => vector.Type.Members[vector.Type.StorageId switch
    {
        DuckDBType.UnsignedTinyInt => vector.Values<byte>()[row],
        DuckDBType.UnsignedSmallInt => vector.Values<ushort>()[row],
        _ => (int)vector.Values<uint>()[row],
    }];

    /// <summary>Months, days and microseconds of an interval, as DuckDB stores it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Interval(int Months, int Days, long Microseconds);

    private static void AppendOther(Utf8Buffer target, DuckDbVector vector, int row)
    {
        switch (vector.Type.Id)
        {
            case DuckDBType.Date:
                TimeText.AppendDate(target, vector.Values<int>()[row]);
                break;
            case DuckDBType.Time:
                TimeText.AppendTime(target, vector.Values<long>()[row], MicrosecondsPerSecond);
                break;
            case DuckDbTypeInfo.TimeNs:
                TimeText.AppendTime(target, vector.Values<long>()[row], UnitsPerSecond(vector.Type.Id));
                break;
            case DuckDBType.TimeTz:
                TimeText.AppendTimeTz(target, vector.Values<ulong>()[row]);
                break;
            case DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs or DuckDBType.TimestampTz:
                var zone = vector.Type.Id == DuckDBType.TimestampTz ? "+00"u8 : [];
                TimeText.AppendTimestamp(target, vector.Values<long>()[row], UnitsPerSecond(vector.Type.Id), (byte)' ', zone);
                break;
            case DuckDBType.Interval:
                var interval = vector.Values<Interval>()[row];
                TimeText.AppendInterval(target, interval.Months, interval.Days, interval.Microseconds);
                break;
            case DuckDBType.Enum:
                target.Append(Member(vector, row));
                break;
            case DuckDBType.Uuid:
                AppendUuid(target, vector.Values<UInt128>()[row]);
                break;
            case DuckDBType.Blob:
                AppendBlob(target, vector.Bytes(row));
                break;
            case DuckDBType.Bit:
                AppendBits(target, vector.Bytes(row));
                break;
            case DuckDBType.List or DuckDBType.Array or DuckDBType.Map or DuckDBType.Struct or DuckDBType.Union:
                NestedText.Append(target, vector, row);
                break;
            default:
                throw new StoreException(StoreErrorKind.Usage, $"A value of type {vector.Type} cannot be written. Cast it in the query, such as with ::VARCHAR.");
        }
    }

    internal static long UnitsPerSecond(DuckDBType type) => type switch
    {
        DuckDBType.TimestampS => 1,
        DuckDBType.TimestampMs => 1_000,
        DuckDBType.TimestampNs or DuckDbTypeInfo.TimeNs => 1_000_000_000,
        _ => MicrosecondsPerSecond,
    };

    private static void AppendUuid(Utf8Buffer target, UInt128 value)
    {
        var bits = value ^ ((UInt128)1 << 127); // DuckDB flips the top bit so that signed order is the order of the text.
        for (var nibble = 31; nibble >= 0; nibble--)
        {
            target.Append("0123456789abcdef"u8[(int)(bits >> (nibble * 4)) & 15]);
            if (nibble is 24 or 20 or 16 or 12) target.Append('-');
        }
    }

    private static void AppendBlob(Utf8Buffer target, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is >= 32 and < 127 and not ((byte)'\\' or (byte)'\'' or (byte)'"'))
            {
                target.Append(value);
                continue;
            }

            target.Append("\\x"u8);
            target.Append("0123456789ABCDEF"u8[value >> 4]);
            target.Append("0123456789ABCDEF"u8[value & 15]);
        }
    }

    /// <summary>The first byte counts the padding bits that stand before the first bit.</summary>
    private static void AppendBits(Utf8Buffer target, ReadOnlySpan<byte> bytes)
    {
        for (var bit = (int)bytes[0]; bit < (bytes.Length - 1) * 8; bit++)
        {
            target.Append((bytes[1 + (bit >> 3)] >> (7 - (bit & 7)) & 1) == 0 ? (byte)'0' : (byte)'1');
        }
    }
}
