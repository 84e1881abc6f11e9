using System.Text;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>The dataset's type for one of DuckDB's.</summary>
internal static class StoredType
{
    private const string StructStart = "STRUCT(";
    private const string ListEnd = "[]";

    /// <summary>The type, of those that hold every value as it is.</summary>
    /// <param name="type">As DuckDB spells it.</param>
    /// <returns>Null when there is none.</returns>
    internal static ColumnType? Of(string type) => Parse(type, Scalar);

    /// <summary>The type that is stored as this one and no other.</summary>
    /// <inheritdoc cref="Of"/>
    internal static ColumnType? Exactly(string type) => Parse(type, text => Scalar(text) is { } scalar && scalar.ToSql() == text ? scalar : null);

    private static ColumnType? Scalar(string type) => type switch
    {
        "BOOLEAN" => new ColumnType(ColumnKind.Boolean),
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" => new ColumnType(ColumnKind.BigInt),
        "UBIGINT" => new ColumnType(ColumnKind.Decimal, 20, 0),
        "HUGEINT" or "UHUGEINT" => new ColumnType(ColumnKind.Decimal, ColumnType.DecimalWidthMax, 0), // Larger ones are refused where they are stored.
        "FLOAT" or "DOUBLE" => new ColumnType(ColumnKind.Double),
        "DATE" => new ColumnType(ColumnKind.Date),
        "TIMESTAMP" or "TIMESTAMP_S" or "TIMESTAMP_MS" => new ColumnType(ColumnKind.Timestamp),
        "TIMESTAMP WITH TIME ZONE" => new ColumnType(ColumnKind.TimestampTz),
        "VARCHAR" => new ColumnType(ColumnKind.Varchar),
        _ when type.StartsWith("DECIMAL(", StringComparison.Ordinal) => ColumnType.Parse(type),
        _ => null,
    };

    private static ColumnType? Parse(string type, Func<string, ColumnType?> scalar)
    {
        if (type.EndsWith(ListEnd, StringComparison.Ordinal)) return Parse(type[..^ListEnd.Length], scalar) is { } element ? ColumnType.ListOf(element) : null;
        if (!type.StartsWith(StructStart, StringComparison.Ordinal)) return scalar(type);
        var fields = new List<Column>();
        for (var at = StructStart.Length; at < type.Length; at += 2) // Behind a field stands ", ", or the last parenthesis.
        {
            var name = TakeName(type, ref at);
            var end = EndOfField(type, at);
            // A line break or a tab in a name could not be told from the ends of names where types are kept as text.
            if (name.Length == 0 || name.Any(char.IsControl) || Parse(type[at..end], scalar) is not { } inner) return null;
            fields.Add(new Column(name, inner));
            at = end;
        }

        return fields.Count > 0 ? ColumnType.StructOf(fields) : null;
    }

    /// <summary>Reads a name, quoted or not, and the space behind it.</summary>
    private static string TakeName(string type, ref int at)
    {
        var name = new StringBuilder();
        var isQuoted = type[at] == '"';
        for (at += isQuoted ? 1 : 0; at < type.Length; at++)
        {
            if (isQuoted && type[at] == '"' && (at + 1 == type.Length || type[++at] != '"')) break;
            if (!isQuoted && type[at] == ' ') break;
            name.Append(type[at]);
        }

        at = Math.Min(at + 1, type.Length);
        return name.ToString();
    }

    /// <summary>Where the comma or the parenthesis stands that ends a field whose type begins here.</summary>
    private static int EndOfField(string type, int at)
    {
        var depth = 0;
        for (var isQuoted = false; at < type.Length; at++)
        {
            if (type[at] == '"') isQuoted = !isQuoted;
            if (isQuoted) continue;
            if (type[at] == '(') depth++;
            if (type[at] is ')' && depth-- == 0) break;
            if (type[at] is ',' && depth == 0) break;
        }

        return at;
    }
}
