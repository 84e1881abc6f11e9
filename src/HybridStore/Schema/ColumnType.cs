namespace HybridStore.Schema;

/// <summary>A column's type.</summary>
/// <param name="Kind">Which type.</param>
/// <param name="Width">A decimal's digits in all, 1 to 38; otherwise 0.</param>
/// <param name="Scale">A decimal's digits after the point; otherwise 0.</param>
public readonly record struct ColumnType(ColumnKind Kind, int Width = 0, int Scale = 0)
{
    /// <summary>The most digits a decimal can have.</summary>
    public const int DecimalWidthMax = 38;

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
        _ => "VARCHAR",
    };

    /// <summary>Reads what <see cref="ToSql"/> writes, in any case, and the usual other names of these types.</summary>
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
