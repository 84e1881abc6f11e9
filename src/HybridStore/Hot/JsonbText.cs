using System.Globalization;
using System.Text;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>Values of a list or struct type as Postgres itself writes jsonb, so that what is sent and what comes back are the same bytes.</summary>
/// <remarks>
/// Keys are in order of their length and then of their bytes; behind a colon or comma stands a space. Integers, decimals and doubles are numbers
/// without an exponent, with all their digits; what no JSON number can be (NaN, infinities) and dates and times are strings. Not thread-safe.
/// Source: PostgreSQL, <c>jsonb_out</c>, <c>escape_json</c>, <c>numeric_out</c>.
/// </remarks>
internal sealed class JsonbText
{
    /// <summary>The version that goes before the text where jsonb travels in binary.</summary>
    internal const byte BinaryVersion = 1;

    private readonly Member[] _members;

    /// <summary>Prepares for a type.</summary>
    /// <param name="type">Of the values; of any kind.</param>
    internal JsonbText(ColumnType type) => _members =
    [
        .. type.Fields.Select((field, index) => new Member(Encoding.UTF8.GetBytes(field.Name), index, new JsonbText(field.Type)))
            .OrderBy(member => member.Key.Length).ThenBy(member => member.Key, Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right))),
    ];

    /// <summary>Appends a value.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="vector">A column of the type.</param>
    /// <param name="row">0 to the vector's row count - 1.</param>
    /// <returns>False when there is a NUL character in a text: jsonb cannot hold it. What was appended means nothing then.</returns>
    internal bool TryAppend(Utf8Buffer target, DuckDbVector vector, int row)
    {
        if (vector.IsNull(row))
        {
            target.Append("null"u8);
            return true;
        }

        switch (vector.Type.Id)
        {
            case DuckDBType.List:
                return TryAppendList(target, vector, row);
            case DuckDBType.Struct:
                return TryAppendStruct(target, vector, row);
            case DuckDBType.Varchar:
                return TryAppendString(target, vector.Bytes(row));
            case DuckDBType.Boolean:
                target.Append(vector.Values<byte>()[row] != 0 ? "true"u8 : "false"u8);
                break;
            case DuckDBType.BigInt:
                NumberText.Append(target, vector.Values<long>()[row]);
                break;
            case DuckDBType.Decimal:
                // A digit before the point, also where the type has none.
                NumberText.AppendDecimal(target, ValueText.Unscaled(vector, row), vector.Type.Width + 1, vector.Type.Scale);
                break;
            case DuckDBType.Double:
                AppendDouble(target, vector.Values<double>()[row]);
                break;
            case DuckDBType.Date:
                target.Append('"');
                TimeText.AppendDate(target, vector.Values<int>()[row]);
                target.Append('"');
                break;
            default:
                target.Append('"');
                TimeText.AppendTimestamp(target, vector.Values<long>()[row], 1_000_000, (byte)'T', vector.Type.Id == DuckDBType.TimestampTz ? "Z"u8 : []);
                target.Append('"');
                break;
        }

        return true;
    }

    private bool TryAppendList(Utf8Buffer target, DuckDbVector vector, int row)
    {
        var (offset, length) = vector.ListEntry(row);
        var child = vector.ListChild();
        target.Append('[');
        for (var index = 0; index < length; index++)
        {
            if (index > 0) target.Append(", "u8);
            if (!_members[0].Value.TryAppend(target, child, offset + index)) return false;
        }

        target.Append(']');
        return true;
    }

    private bool TryAppendStruct(Utf8Buffer target, DuckDbVector vector, int row)
    {
        target.Append('{');
        for (var index = 0; index < _members.Length; index++)
        {
            if (index > 0) target.Append(", "u8);
            if (!TryAppendString(target, _members[index].Key)) return false;
            target.Append(": "u8);
            if (!_members[index].Value.TryAppend(target, vector.StructChild(_members[index].Index), row)) return false;
        }

        target.Append('}');
        return true;
    }

    private static bool TryAppendString(Utf8Buffer target, ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0)) return false;
        ValueJson.AppendString(target, text);
        return true;
    }

    /// <summary>The shortest digits that give the double back, as <c>numeric</c> writes them: no exponent, no sign of zero.</summary>
    private static void AppendDouble(Utf8Buffer target, double value)
    {
        if (!double.IsFinite(value))
        {
            target.Append(double.IsNaN(value) ? "\"NaN\""u8 : value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
            return;
        }

        Span<byte> shortest = stackalloc byte[32];
        value.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        var text = (ReadOnlySpan<byte>)shortest[..length];
        if (value == 0) text = "0"u8;
        var mark = text.IndexOf((byte)'E');
        if (mark < 0) target.Append(text);
        else AppendWithoutExponent(target, text[..mark], int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    /// <param name="target">Where to.</param>
    /// <param name="significand">One digit, perhaps more behind a point, perhaps a sign before.</param>
    /// <param name="power">The power of ten of the first digit.</param>
    private static void AppendWithoutExponent(Utf8Buffer target, ReadOnlySpan<byte> significand, int power)
    {
        if (significand[0] == '-') target.Append('-');
        Span<byte> digits = stackalloc byte[32];
        var count = 0;
        foreach (var symbol in significand)
        {
            if (symbol is not ((byte)'-' or (byte)'.')) digits[count++] = symbol;
        }

        if (power < 0)
        {
            target.Append("0."u8);
            for (var zero = -1; zero > power; zero--) target.Append('0');
            target.Append(digits[..count]);
            return;
        }

        target.Append(digits[..Math.Min(count, power + 1)]);
        for (var zero = count; zero <= power; zero++) target.Append('0');
        if (count <= power + 1) return;
        target.Append('.');
        target.Append(digits[(power + 1)..count]);
    }

    private readonly record struct Member(byte[] Key, int Index, JsonbText Value);
}
