using System.Buffers;
using System.Text;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>A value of any type as JSON.</summary>
/// <remarks>
/// Integers, decimals and floats are JSON numbers with all their digits: a reader that makes doubles of them decides about
/// their precision. NaN and the infinities, which JSON does not have, and absent values are <c>null</c>. Times are ISO 8601
/// (<c>2024-11-01T09:30:00.5</c>, with <c>Z</c> where they are instants); lists, structs and maps are arrays and objects; JSON
/// stays JSON; everything else is a string of <see cref="ValueText"/>. Thread-safe.
/// </remarks>
public static class ValueJson
{
    private static readonly SearchValues<byte> EscapedBytes =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Appends a value.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="vector">The column.</param>
    /// <param name="row">0 to the vector's row count - 1.</param>
    /// <exception cref="StoreException">Usage: the type has no text here, such as VARIANT.</exception>
    public static void Append(Utf8Buffer target, DuckDbVector vector, int row)
    {
        if (vector.IsNull(row))
        {
            target.Append("null"u8);
            return;
        }

        switch (vector.Type.Id)
        {
            case DuckDBType.Boolean or DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt or DuckDBType.HugeInt
                or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt or DuckDBType.UnsignedInteger or DuckDBType.UnsignedBigInt or DuckDBType.UnsignedHugeInt or DuckDBType.VarInt:
                ValueText.Append(target, vector, row);
                break;
            case DuckDBType.Decimal:
                // JSON wants a digit before the point, also where the type has none.
                NumberText.AppendDecimal(target, ValueText.Unscaled(vector, row), vector.Type.Width + 1, vector.Type.Scale);
                break;
            case DuckDBType.Float when !float.IsFinite(vector.Values<float>()[row]):
            case DuckDBType.Double when !double.IsFinite(vector.Values<double>()[row]):
                target.Append("null"u8);
                break;
            case DuckDBType.Float or DuckDBType.Double:
                ValueText.Append(target, vector, row);
                break;
            case DuckDBType.Varchar when vector.Type.IsJson:
                target.Append(vector.Bytes(row));
                break;
            case DuckDBType.Varchar:
                AppendString(target, vector.Bytes(row));
                break;
            case DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs or DuckDBType.TimestampTz:
                var zone = vector.Type.Id == DuckDBType.TimestampTz ? "Z"u8 : [];
                target.Append('"');
                TimeText.AppendTimestamp(target, vector.Values<long>()[row], ValueText.UnitsPerSecond(vector.Type.Id), (byte)'T', zone);
                target.Append('"');
                break;
            default:
                AppendNested(target, vector, row);
                break;
        }
    }

    /// <summary>Appends a JSON string.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="text">UTF-8.</param>
    public static void AppendString(Utf8Buffer target, ReadOnlySpan<byte> text)
    {
        target.Append('"');
        while (text.Length > 0)
        {
            var plain = text.IndexOfAny(EscapedBytes);
            if (plain < 0) plain = text.Length;
            target.Append(text[..plain]);
            if (plain == text.Length) break;
            AppendEscape(target, text[plain]);
            text = text[(plain + 1)..];
        }

        target.Append('"');
    }

    /// <summary>A letter where JSON has one, as Postgres writes them, too; else the character's number.</summary>
    private static void AppendEscape(Utf8Buffer target, byte value)
    {
        target.Append('\\');
        var letter = value switch { (byte)'\b' => 'b', (byte)'\f' => 'f', (byte)'\n' => 'n', (byte)'\r' => 'r', (byte)'\t' => 't', (byte)'"' => '"', (byte)'\\' => '\\', _ => 'u' };
        target.Append(letter);
        if (letter != 'u') return;
        target.Append("00"u8);
        target.Append("0123456789abcdef"u8[value >> 4]);
        target.Append("0123456789abcdef"u8[value & 15]);
    }

    private static void AppendNested(Utf8Buffer target, DuckDbVector vector, int row)
    {
        switch (vector.Type.Id)
        {
            case DuckDBType.List:
                var (offset, length) = vector.ListEntry(row);
                AppendArray(target, vector.ListChild(), offset, length);
                break;
            case DuckDBType.Array:
                AppendArray(target, vector.ListChild(), row * vector.Type.ArrayLength, vector.Type.ArrayLength);
                break;
            case DuckDBType.Map:
                AppendMap(target, vector, row);
                break;
            case DuckDBType.Struct:
                AppendStruct(target, vector, row);
                break;
            case DuckDBType.Union:
                Append(target, vector.UnionMember(vector.UnionTag(row)), row);
                break;
            case DuckDBType.Enum:
                AppendString(target, Encoding.UTF8.GetBytes(ValueText.Member(vector, row)));
                break;
            default:
                // Dates, times, intervals, identifiers and bytes: ASCII, and only a backslash to escape.
                target.Append('"');
                var start = target.Length;
                ValueText.Append(target, vector, row);
                if (target.Written[start..].Contains((byte)'\\')) EscapeFrom(target, start);
                target.Append('"');
                break;
        }
    }

    private static void EscapeFrom(Utf8Buffer target, int start)
    {
        var text = target.Written[start..].ToArray();
        target.Truncate(start);
        foreach (var value in text)
        {
            if (value == '\\') target.Append(value);
            target.Append(value);
        }
    }

    private static void AppendArray(Utf8Buffer target, DuckDbVector child, int offset, int length)
    {
        target.Append('[');
        for (var index = 0; index < length; index++)
        {
            if (index > 0) target.Append(',');
            Append(target, child, offset + index);
        }

        target.Append(']');
    }

    private static void AppendMap(Utf8Buffer target, DuckDbVector map, int row)
    {
        var (offset, length) = map.ListEntry(row);
        var keys = map.MapChild(0);
        var values = map.MapChild(1);
        var key = new Utf8Buffer();
        target.Append('{');
        for (var index = 0; index < length; index++)
        {
            if (index > 0) target.Append(',');
            key.Clear();
            ValueText.Append(key, keys, offset + index);
            AppendString(target, key.Written);
            target.Append(':');
            Append(target, values, offset + index);
        }

        target.Append('}');
    }

    private static void AppendStruct(Utf8Buffer target, DuckDbVector structure, int row)
    {
        var fields = structure.Type.Children;
        var isNamed = fields[0].Name.Length > 0;
        target.Append(isNamed ? '{' : '[');
        for (var index = 0; index < fields.Count; index++)
        {
            if (index > 0) target.Append(',');
            if (isNamed)
            {
                AppendString(target, Encoding.UTF8.GetBytes(fields[index].Name));
                target.Append(':');
            }

            Append(target, structure.StructChild(index), row);
        }

        target.Append(isNamed ? '}' : ']');
    }
}
