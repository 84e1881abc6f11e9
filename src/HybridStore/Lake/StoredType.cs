using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>The dataset's type for one of DuckDB's.</summary>
internal static class StoredType
{
    /// <summary>The type, of those that hold every value as it is.</summary>
    /// <param name="type">As DuckDB spells it.</param>
    /// <returns>Null when there is none.</returns>
    internal static ColumnType? Of(string type) => type switch
    {
        "BOOLEAN" => new ColumnType(ColumnKind.Boolean),
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" => new ColumnType(ColumnKind.BigInt),
        "UBIGINT" => new ColumnType(ColumnKind.Decimal, 20, 0),
        "FLOAT" or "DOUBLE" => new ColumnType(ColumnKind.Double),
        "DATE" => new ColumnType(ColumnKind.Date),
        "TIMESTAMP" or "TIMESTAMP_S" or "TIMESTAMP_MS" => new ColumnType(ColumnKind.Timestamp),
        "TIMESTAMP WITH TIME ZONE" => new ColumnType(ColumnKind.TimestampTz),
        "VARCHAR" => new ColumnType(ColumnKind.Varchar),
        _ when type.StartsWith("DECIMAL(", StringComparison.Ordinal) => ColumnType.Parse(type),
        _ => null,
    };
}
