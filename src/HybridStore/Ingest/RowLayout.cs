using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>How a dataset's rows lie in memory on their way to Parquet.</summary>
internal sealed class RowLayout : IDisposable
{
    private const int SmallDecimalWidthMax = 18;

    internal RowLayout(IReadOnlyList<Column> columns)
    {
        Columns = [.. columns.Select(column => new DuckDbColumn(column.Name, TypeOf(column.Type)))];
        ValueBytes = [.. columns.Select(column => BytesOf(column.Type))];
        IsText = [.. columns.Select(column => column.Type.Kind == ColumnKind.Varchar)];
    }

    /// <summary>The columns as DuckDB is told of them.</summary>
    internal IReadOnlyList<DuckDbColumn> Columns { get; }

    /// <summary>Bytes of a value, by column.</summary>
    internal int[] ValueBytes { get; }

    /// <summary>Whether a value is a string header, by column.</summary>
    internal bool[] IsText { get; }

    public void Dispose()
    {
        foreach (var column in Columns) column.Type.Dispose();
    }

    /// <summary>Decimals come as 64 or 128 bits; the statement that writes them casts to the dataset's width.</summary>
    private static DuckDbLogicalType TypeOf(ColumnType type) => type.Kind switch
    {
        ColumnKind.Decimal => DuckDbLogicalType.CreateDecimal(type.Width <= SmallDecimalWidthMax ? SmallDecimalWidthMax : ColumnType.DecimalWidthMax, type.Scale),
        ColumnKind.Boolean => DuckDbLogicalType.Create(DuckDbType.Boolean),
        ColumnKind.BigInt => DuckDbLogicalType.Create(DuckDbType.BigInt),
        ColumnKind.Double => DuckDbLogicalType.Create(DuckDbType.Double),
        ColumnKind.Date => DuckDbLogicalType.Create(DuckDbType.Date),
        ColumnKind.Timestamp => DuckDbLogicalType.Create(DuckDbType.Timestamp),
        ColumnKind.TimestampTz => DuckDbLogicalType.Create(DuckDbType.TimestampTz),
        _ => DuckDbLogicalType.Create(DuckDbType.Varchar),
    };

    private static int BytesOf(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => 1,
        ColumnKind.Date => 4,
        ColumnKind.Varchar => 16,
        ColumnKind.Decimal when type.Width > SmallDecimalWidthMax => 16,
        _ => 8,
    };
}
