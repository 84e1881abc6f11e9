using System.Numerics;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query.Ado;

/// <summary>A value of a row as ADO.NET's types: what does not fit exactly is refused, never rounded or cut.</summary>
internal static class FieldValue
{
    private const long NanosecondsPerTick = 100;

    /// <summary>The type of <see cref="Of"/>'s values for a column.</summary>
    internal static Type TypeOf(DuckDbTypeInfo column) => column.Id switch
    {
        DuckDBType.Boolean => typeof(bool),
        DuckDBType.TinyInt => typeof(sbyte),
        DuckDBType.SmallInt => typeof(short),
        DuckDBType.Integer => typeof(int),
        DuckDBType.BigInt => typeof(long),
        DuckDBType.UnsignedTinyInt => typeof(byte),
        DuckDBType.UnsignedSmallInt => typeof(ushort),
        DuckDBType.UnsignedInteger => typeof(uint),
        DuckDBType.UnsignedBigInt => typeof(ulong),
        DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt => typeof(BigInteger),
        DuckDBType.Float => typeof(float),
        DuckDBType.Double => typeof(double),
        DuckDBType.Decimal => typeof(decimal),
        DuckDBType.Date => typeof(DateOnly),
        DuckDBType.Time or DuckDbTypeInfo.TimeNs => typeof(TimeOnly),
        DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs or DuckDBType.TimestampTz => typeof(DateTime),
        DuckDBType.Interval => typeof(TimeSpan),
        DuckDBType.Uuid => typeof(Guid),
        DuckDBType.Blob => typeof(byte[]),
        _ => typeof(string), // Texts and enums; JSON of lists, structs and maps; DuckDB's own text of the rest.
    };

    /// <summary>A value that is present, as the column's own type.</summary>
    /// <exception cref="StoreException">SourceData: the value does not fit into it.</exception>
    internal static object Of(QueryReader rows, int column, int row)
    {
        var vector = rows.Chunk.Column(column);
        return vector.Type.Id switch
        {
            DuckDBType.Boolean => vector.Values<bool>()[row],
            DuckDBType.TinyInt => vector.Values<sbyte>()[row],
            DuckDBType.SmallInt => vector.Values<short>()[row],
            DuckDBType.Integer => vector.Values<int>()[row],
            DuckDBType.BigInt => vector.Values<long>()[row],
            DuckDBType.UnsignedTinyInt => vector.Values<byte>()[row],
            DuckDBType.UnsignedSmallInt => vector.Values<ushort>()[row],
            DuckDBType.UnsignedInteger => vector.Values<uint>()[row],
            DuckDBType.UnsignedBigInt => vector.Values<ulong>()[row],
            DuckDBType.HugeInt => (BigInteger)vector.Values<Int128>()[row],
            DuckDBType.UnsignedHugeInt => (BigInteger)vector.Values<UInt128>()[row],
            DuckDBType.Float => vector.Values<float>()[row],
            DuckDBType.Double => vector.Values<double>()[row],
            DuckDBType.Decimal => RowValue.Decimal(rows, column, row),
            DuckDBType.Date => RowValue.Date(rows, column, row),
            DuckDBType.Time => RowValue.TimeOfDay(rows, column, row),
            DuckDBType.Timestamp => RowValue.Time(rows, column, row),
            DuckDBType.TimestampTz => RowValue.Instant(rows, column, row),
            DuckDBType.Blob => vector.Bytes(row).ToArray(),
            DuckDBType.Varchar => RowValue.Text(rows, column, row),
            _ => Other(rows, column, row),
        };
    }

    /// <summary>A value that is present, as a type that the caller wants.</summary>
    /// <exception cref="InvalidCastException">The column has another type.</exception>
    /// <exception cref="StoreException">SourceData: the value does not fit into it.</exception>
    internal static T As<T>(QueryReader rows, int column, int row)
    {
        var type = rows.Columns[column].Type;
        var wanted = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (wanted == typeof(string) && type.Id != DuckDBType.Varchar && TypeOf(type) != typeof(string)) return (T)(object)RowValue.AnyText(rows, column, row);
        if (wanted != TypeOf(type) && IsInteger(type.Id) && Integer(wanted, rows, column, row) is { } integer) return (T)integer;
        var value = Of(rows, column, row);
        if (value is T exact) return exact;
        return Widened(value, wanted) is T widened
            ? widened
            : throw new InvalidCastException(
                $"Column '{rows.Columns[column].Name}' is {type}: it cannot be read as {wanted.Name}. Read it as {RowConversion.Suggested(type)}, or as string.");
    }

    private static object Other(QueryReader rows, int column, int row)
    {
        var vector = rows.Chunk.Column(column);
        switch (vector.Type.Id)
        {
            case DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs:
                return RowValue.TimeOfUnit(rows, column, row, ValueText.UnitsPerSecond(vector.Type.Id));
            case DuckDbTypeInfo.TimeNs when vector.Values<long>()[row] is var nanoseconds && nanoseconds % NanosecondsPerTick == 0:
                return new TimeOnly(nanoseconds / NanosecondsPerTick);
            case DuckDBType.Uuid:
                return Guid.Parse(RowValue.AnyText(rows, column, row));
            case DuckDBType.Interval:
                return RowValue.Span(rows, column, row);
            case DuckDBType.List or DuckDBType.Array or DuckDBType.Map or DuckDBType.Struct or DuckDBType.Union:
                var json = new Utf8Buffer();
                ValueJson.Append(json, vector, row);
                return json.ToString();
            case DuckDbTypeInfo.TimeNs:
                throw RowValue.DoesNotFit<TimeOnly>(rows, column, row);
            default:
                return RowValue.AnyText(rows, column, row);
        }
    }

    private static bool IsInteger(DuckDBType type) => type is DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt or DuckDBType.HugeInt
        or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt or DuckDBType.UnsignedInteger or DuckDBType.UnsignedBigInt or DuckDBType.UnsignedHugeInt;

    private static object? Integer(Type wanted, QueryReader rows, int column, int row) => Type.GetTypeCode(wanted) switch
    {
        TypeCode.SByte => RowValue.Integer<sbyte>(rows, column, row),
        TypeCode.Int16 => RowValue.Integer<short>(rows, column, row),
        TypeCode.Int32 => RowValue.Integer<int>(rows, column, row),
        TypeCode.Int64 => RowValue.Integer<long>(rows, column, row),
        TypeCode.Byte => RowValue.Integer<byte>(rows, column, row),
        TypeCode.UInt16 => RowValue.Integer<ushort>(rows, column, row),
        TypeCode.UInt32 => RowValue.Integer<uint>(rows, column, row),
        TypeCode.UInt64 => RowValue.Integer<ulong>(rows, column, row),
        TypeCode.Double => RowValue.Integer<double>(rows, column, row),
        TypeCode.Decimal => RowValue.Integer<decimal>(rows, column, row),
        _ when wanted == typeof(BigInteger) => RowValue.Integer<BigInteger>(rows, column, row),
        _ when wanted == typeof(Int128) => RowValue.Integer<Int128>(rows, column, row),
        _ when wanted == typeof(UInt128) => RowValue.Integer<UInt128>(rows, column, row),
        _ => null,
    };

    /// <summary>The same value as a type that holds all values of its own.</summary>
    private static object? Widened(object value, Type wanted) => value switch
    {
        float single when wanted == typeof(double) => (double)single,
        decimal number when wanted == typeof(double) => (double)number,
        DateOnly date when wanted == typeof(DateTime) => date.ToDateTime(TimeOnly.MinValue),
        DateTime { Kind: DateTimeKind.Utc } instant when wanted == typeof(DateTimeOffset) => new DateTimeOffset(instant),
        TimeOnly time when wanted == typeof(TimeSpan) => time.ToTimeSpan(),
        string { Length: 1 } text when wanted == typeof(char) => text[0],
        _ => null,
    };
}
