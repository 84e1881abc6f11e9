using System.Text.Json;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A column's type as Delta spells it: a word, or for lists and structs an object.</summary>
/// <remarks>FORMAT.md, "Data files". Source: Delta protocol, "Schema Serialization Format".</remarks>
internal static class DeltaType
{
    /// <summary>Writes a type as a value.</summary>
    internal static void Write(Utf8JsonWriter json, ColumnType type)
    {
        switch (type.Kind)
        {
            case ColumnKind.List:
                json.WriteStartObject();
                json.WriteString("type", "array");
                json.WritePropertyName("elementType");
                Write(json, type.Fields[0].Type);
                json.WriteBoolean("containsNull", true);
                json.WriteEndObject();
                break;
            case ColumnKind.Struct:
                json.WriteStartObject();
                json.WriteString("type", "struct");
                json.WriteStartArray("fields");
                foreach (var field in type.Fields) WriteField(json, field);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            default:
                json.WriteStringValue(NameOf(type));
                break;
        }
    }

    /// <summary>Writes a column, or a field of a struct, as a value.</summary>
    internal static void WriteField(Utf8JsonWriter json, Column column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Name);
        json.WritePropertyName("type");
        Write(json, column.Type);
        json.WriteBoolean("nullable", true);
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Reads a type.</summary>
    /// <returns>Null for one that hybrid does not store.</returns>
    internal static ColumnType? Parse(JsonElement type)
    {
        if (type.ValueKind == JsonValueKind.String) return Parse(type.GetString()!);
        if (type.ValueKind != JsonValueKind.Object) return null;
        switch (type.GetProperty("type").GetString())
        {
            case "array":
                return Parse(type.GetProperty("elementType")) is { } element ? ColumnType.ListOf(element) : null;
            case "struct":
                var fields = new List<Column>();
                foreach (var field in type.GetProperty("fields").EnumerateArray())
                {
                    if (Parse(field.GetProperty("type")) is not { } inner) return null;
                    fields.Add(new Column(field.GetProperty("name").GetString()!, inner));
                }

                return fields.Count > 0 ? ColumnType.StructOf(fields) : null;
            default:
                return null;
        }
    }

    private static string NameOf(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => "boolean",
        ColumnKind.BigInt => "long",
        ColumnKind.Double => "double",
        ColumnKind.Decimal => $"decimal({type.Width},{type.Scale})",
        ColumnKind.Date => "date",
        ColumnKind.Timestamp => "timestamp_ntz",
        ColumnKind.TimestampTz => "timestamp",
        _ => "string",
    };

    private static ColumnType? Parse(string name) => name switch
    {
        "boolean" => new ColumnType(ColumnKind.Boolean),
        "long" or "integer" or "short" or "byte" => new ColumnType(ColumnKind.BigInt),
        "double" or "float" => new ColumnType(ColumnKind.Double),
        "date" => new ColumnType(ColumnKind.Date),
        "timestamp_ntz" => new ColumnType(ColumnKind.Timestamp),
        "timestamp" => new ColumnType(ColumnKind.TimestampTz),
        "string" => new ColumnType(ColumnKind.Varchar),
        _ when name.StartsWith("decimal(", StringComparison.Ordinal) => ColumnType.Parse(name),
        _ => null,
    };
}
