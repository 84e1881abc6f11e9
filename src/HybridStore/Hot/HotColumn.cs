using HybridStore.Native.Postgres;
using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>A column of a hot table.</summary>
/// <param name="Name">As in the dataset.</param>
/// <param name="Type">The dataset's type.</param>
internal sealed record HotColumn(string Name, ColumnType Type)
{
    /// <summary>The type in Postgres.</summary>
    internal string PostgresType => Type.Kind switch
    {
        ColumnKind.Boolean => "boolean",
        ColumnKind.BigInt => "bigint",
        ColumnKind.Double => "double precision",
        ColumnKind.Decimal => $"numeric({Type.Width},{Type.Scale})",
        ColumnKind.Date => "date",
        ColumnKind.Timestamp => "timestamp",
        ColumnKind.TimestampTz => "timestamptz",
        ColumnKind.List or ColumnKind.Struct => "jsonb",
        // Compared byte by byte, as DuckDB does: the same order in both, and the fastest index.
        _ => "text collate \"C\"",
    };

    /// <summary>How its values travel.</summary>
    internal PgCopyType CopyType => Type.Kind switch
    {
        ColumnKind.Boolean => PgCopyType.Boolean,
        ColumnKind.BigInt => PgCopyType.Int8,
        ColumnKind.Double => PgCopyType.Float8,
        ColumnKind.Decimal => PgCopyType.Numeric,
        ColumnKind.Date => PgCopyType.Date,
        ColumnKind.Timestamp or ColumnKind.TimestampTz => PgCopyType.Timestamp,
        ColumnKind.List or ColumnKind.Struct => PgCopyType.Made,
        _ => PgCopyType.Text,
    };

    /// <summary>Its place in a leaf: wide fixed values first, so that no row has gaps between them, and text last.</summary>
    internal int LeafRank => Type.Kind switch
    {
        ColumnKind.BigInt or ColumnKind.Double or ColumnKind.Timestamp or ColumnKind.TimestampTz => 0,
        ColumnKind.Date => 1,
        ColumnKind.Boolean => 2,
        _ => 3,
    };
}
