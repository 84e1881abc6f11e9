namespace HybridStore.Schema;

/// <summary>A column's type.</summary>
/// <param name="Kind">Which type.</param>
/// <param name="Width">A decimal's digits in all, 1 to 38; otherwise 0.</param>
/// <param name="Scale">A decimal's digits after the point; otherwise 0.</param>
public readonly record struct ColumnType(ColumnKind Kind, int Width = 0, int Scale = 0)
{
    /// <summary>The most digits a decimal can have.</summary>
    public const int DecimalWidthMax = 38;

    private readonly IReadOnlyList<Column>? _fields;

    /// <summary>A struct's fields in their order, named as the files spell them; a list's one, named <c>element</c>; otherwise none.</summary>
    public IReadOnlyList<Column> Fields
    {
        get => _fields ?? [];
        init => _fields = value;
    }

    /// <summary>Whether it is a list or a struct.</summary>
    public bool IsNested => Kind is ColumnKind.List or ColumnKind.Struct;

    /// <summary>Makes the type of lists.</summary>
    /// <param name="element">The type of their values.</param>
    public static ColumnType ListOf(ColumnType element) => new(ColumnKind.List) { Fields = [new Column("element", element)] };

    /// <summary>Makes the type of structs.</summary>
    /// <param name="fields">At least one, with names that differ by more than case.</param>
    public static ColumnType StructOf(IReadOnlyList<Column> fields) => new(ColumnKind.Struct) { Fields = fields };

    /// <summary>Whether the type, or one inside of it, is of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public bool Has(ColumnKind kind) => Kind == kind || Fields.Any(field => field.Type.Has(kind));

    /// <summary>Equal when all inside is, too.</summary>
    /// <param name="other">Another type.</param>
    public bool Equals(ColumnType other) => Kind == other.Kind && Width == other.Width && Scale == other.Scale && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Width, Scale, Fields.Count);

    /// <summary>The type as DuckDB's SQL spells it.</summary>
    public string ToSql() => Kind switch
    {
        ColumnKind.Boolean => "BOOLEAN",
        ColumnKind.BigInt => "BIGINT",
        ColumnKind.Double => "DOUBLE",
        ColumnKind.Decimal => $"DECIMAL({Width},{Scale})",
        ColumnKind.Date => "DATE",
        ColumnKind.Timestamp => "TIMESTAMP",
        ColumnKind.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        ColumnKind.List => $"{Fields[0].Type.ToSql()}[]",
        ColumnKind.Struct => $"STRUCT({string.Join(", ", Fields.Select(field => $"{SqlText.Identifier(field.Name)} {field.Type.ToSql()}"))})",
        _ => "VARCHAR",
    };

    /// <summary>The type as people read it: in lower case, but for the names of fields.</summary>
    public string ToText() => Kind switch
    {
        ColumnKind.List => $"{Fields[0].Type.ToText()}[]",
        ColumnKind.Struct => $"struct({string.Join(", ", Fields.Select(field => $"{SqlText.Identifier(field.Name)} {field.Type.ToText()}"))})",
        _ => ToSql().ToLowerInvariant(),
    };

    /// <summary>Reads what <see cref="ToSql"/> writes of all but lists and structs, in any case, and the usual other names of these types.</summary>
    /// <param name="text">Such as <c>bigint</c> or <c>decimal(18,4)</c>.</param>
    /// <exception cref="StoreException">Usage: there is no such type.</exception>
    public static ColumnType Parse(string text)
    {
        var name = text.Trim().ToUpperInvariant();
        if (name.StartsWith("DECIMAL(", StringComparison.Ordinal) || name.StartsWith("NUMERIC(", StringComparison.Ordinal))
        {
            var parts = name[8..].TrimEnd(')').Split(',', StringSplitOptions.TrimEntries);
            if (parts.Length is 1 or 2 && int.TryParse(parts[0], out var width) && width is > 0 and <= DecimalWidthMax
                && int.TryParse(parts.ElementAtOrDefault(1) ?? "0", out var scale) && scale >= 0 && scale <= width)
            {
                return new ColumnType(ColumnKind.Decimal, width, scale);
            }
        }

        return name switch
        {
            "BOOLEAN" or "BOOL" => new(ColumnKind.Boolean),
            "BIGINT" or "LONG" or "INT64" or "INTEGER" or "INT" => new(ColumnKind.BigInt),
            "DOUBLE" or "FLOAT8" or "DOUBLE PRECISION" => new(ColumnKind.Double),
            "DATE" => new(ColumnKind.Date),
            "TIMESTAMP" or "TIMESTAMP WITHOUT TIME ZONE" => new(ColumnKind.Timestamp),
            "TIMESTAMP WITH TIME ZONE" or "TIMESTAMPTZ" => new(ColumnKind.TimestampTz),
            "VARCHAR" or "TEXT" or "STRING" => new(ColumnKind.Varchar),
            _ => throw new StoreException(
                StoreErrorKind.Usage,
                $"There is no column type '{text}'. Use boolean, bigint, double, decimal(width,scale), date, timestamp, timestamptz or varchar."),
        };
    }

    /// <inheritdoc cref="ToSql"/>
    public override string ToString() => ToSql();
}
