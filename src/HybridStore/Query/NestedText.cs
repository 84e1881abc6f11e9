using System.Buffers;
using System.Text;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>Lists, structs, maps and unions as DuckDB casts them to text.</summary>
internal static class NestedText
{
    private static readonly SearchValues<byte> QuotedBytes = SearchValues.Create("\"'(),:=[]{}"u8);

    internal static void Append(Utf8Buffer target, DuckDbVector vector, int row)
    {
        switch (vector.Type.Id)
        {
            case DuckDBType.List:
                var (offset, length) = vector.ListEntry(row);
                // A list of JSON is cast as JSON: its members stand as they are.
                AppendList(target, vector.ListChild(), offset, length, quotes: !vector.Type.Children[0].Type.IsJson);
                break;
            case DuckDBType.Array:
                // Unlike a list's, an array's members are never quoted.
                AppendList(target, vector.ListChild(), row * vector.Type.ArrayLength, vector.Type.ArrayLength, quotes: false);
                break;
            case DuckDBType.Map:
                AppendMap(target, vector, row);
                break;
            case DuckDBType.Struct:
                AppendStruct(target, vector, row);
                break;
            default:
                ValueText.Append(target, vector.UnionMember(vector.UnionTag(row)), row);
                break;
        }
    }

    private static void AppendList(Utf8Buffer target, DuckDbVector child, int offset, int length, bool quotes)
    {
        target.Append('[');
        for (var index = 0; index < length; index++)
        {
            if (index > 0) target.Append(", "u8);
            AppendElement(target, child, offset + index, quotes);
        }

        target.Append(']');
    }

    private static void AppendMap(Utf8Buffer target, DuckDbVector map, int row)
    {
        var (offset, length) = map.ListEntry(row);
        var keys = map.MapChild(0);
        var values = map.MapChild(1);
        target.Append('{');
        for (var index = 0; index < length; index++)
        {
            if (index > 0) target.Append(", "u8);
            AppendElement(target, keys, offset + index, quotes: true);
            target.Append('=');
            AppendElement(target, values, offset + index, quotes: true);
        }

        target.Append('}');
    }

    private static void AppendStruct(Utf8Buffer target, DuckDbVector structure, int row)
    {
        var fields = structure.Type.Children;
        var isNamed = fields[0].Name.Length > 0;
        target.Append(isNamed ? (byte)'{' : (byte)'(');
        for (var index = 0; index < fields.Count; index++)
        {
            if (index > 0) target.Append(", "u8);
            if (isNamed)
            {
                var start = target.Length;
                target.Append(fields[index].Name);
                Quote(target, start);
                target.Append(": "u8);
            }

            AppendElement(target, structure.StructChild(index), row, quotes: true);
        }

        target.Append(isNamed ? (byte)'}' : (byte)')');
    }

    private static void AppendElement(Utf8Buffer target, DuckDbVector vector, int row, bool quotes)
    {
        if (vector.IsNull(row))
        {
            target.Append("NULL"u8);
            return;
        }

        var start = target.Length;
        ValueText.Append(target, vector, row);
        var isNested = vector.Type.Id is DuckDBType.List or DuckDBType.Array or DuckDBType.Map or DuckDBType.Struct or DuckDBType.Union;
        if (vector.Type.Id == DuckDBType.Union && target.Length == start && vector.UnionMember(vector.UnionTag(row)).IsNull(row)) target.Append("NULL"u8);
        if (quotes && !isNested && MustQuote(target.Written[start..])) Quote(target, start);
    }

    /// <summary>What DuckDB could not read back unquoted: nothing, outer white space, NULL, and its own punctuation.</summary>
    private static bool MustQuote(ReadOnlySpan<byte> text) =>
        text.IsEmpty || IsSpace(text[0]) || IsSpace(text[^1]) || Ascii.EqualsIgnoreCase(text, "NULL"u8) || text.ContainsAny(QuotedBytes);

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13);

    /// <summary>Puts what was written from <paramref name="start"/> on into quotes, with backslashes before quotes and backslashes.</summary>
    private static void Quote(Utf8Buffer target, int start)
    {
        var text = target.Written[start..];
        var copy = ArrayPool<byte>.Shared.Rent(text.Length);
        text.CopyTo(copy);
        var unquoted = copy.AsSpan(0, text.Length);
        target.Truncate(start);
        target.Append('\'');
        foreach (var value in unquoted)
        {
            if (value is (byte)'\'' or (byte)'\\') target.Append('\\');
            target.Append(value);
        }

        target.Append('\'');
        ArrayPool<byte>.Shared.Return(copy);
    }
}
