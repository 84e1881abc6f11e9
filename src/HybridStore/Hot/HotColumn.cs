using HybridStore.Native.Postgres;
using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>A column of a hot table.</summary>
/// <param name="Name">As in the dataset.</param>
/// <param name="Type">The dataset's type.</param>
internal sealed record HotColumn(string Name, ColumnType Type)
{
    private const string Text = "text";

    /// <summary>The name in Postgres, which cuts longer ones off.</summary>
    internal string PostgresName => PostgresNames.Cut(Name);

    /// <summary>The type in Postgres, with what a column needs besides.</summary>
    /// <remarks>Texts are compared byte by byte, as DuckDB does: the same order in both, and the fastest index.</remarks>
    internal string PostgresType => CatalogType == Text ? $"{Text} collate \"C\"" : CatalogType;

    /// <summary>The type as Postgres' catalog spells it.</summary>
    internal string CatalogType => Type.Kind switch
    {
        ColumnKind.Boolean => "boolean",
        ColumnKind.BigInt => "bigint",
        ColumnKind.Double => "double precision",
        ColumnKind.Decimal => $"numeric({Type.Width},{Type.Scale})",
        ColumnKind.Date => "date",
        ColumnKind.Timestamp => "timestamp without time zone",
        ColumnKind.TimestampTz => "timestamp with time zone",
        ColumnKind.List or ColumnKind.Struct => "jsonb",
        _ => Text,
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
