using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>How a dataset's rows lie in memory on their way to Parquet.</summary>
internal sealed class RowLayout
{
    private const int SmallDecimalWidthMax = 18;

    private readonly IReadOnlyList<Column> _columns;

    /// <param name="columns">The dataset's.</param>
    /// <param name="constantColumn">The column that the partition tells, or -1: it takes no memory.</param>
    /// <param name="isCoded">By column: whether a text is kept as its number in a dictionary.</param>
    internal RowLayout(IReadOnlyList<Column> columns, int constantColumn, bool[] isCoded)
    {
        _columns = columns;
        IsCoded = isCoded;
        ValueBytes = [.. columns.Select((column, index) => index == constantColumn ? 0 : isCoded[index] ? 1 : BytesOf(column.Type))];
        Widths = string.Join(' ', ValueBytes);
        Doubles = [.. Enumerable.Range(0, columns.Count).Where(index => columns[index].Type.Kind == ColumnKind.Double)];
        IsText = [.. columns.Select((column, index) => column.Type.Kind == ColumnKind.Varchar && ValueBytes[index] > 1)];
    }

    /// <summary>Bytes of a value, by column; 0 where the partition tells it.</summary>
    internal int[] ValueBytes { get; }

    /// <summary><see cref="ValueBytes"/> as a text, to compare layouts of a dataset by.</summary>
    internal string Widths { get; }

    /// <summary>Whether a value is a string header, by column.</summary>
    internal bool[] IsText { get; }

    /// <summary>The columns of doubles.</summary>
    internal int[] Doubles { get; }

    /// <summary>Whether a value is the number of a text, by column.</summary>
    internal bool[] IsCoded { get; }

    /// <summary>The columns as DuckDB is told of them.</summary>
    /// <param name="textsOf">The texts of a coded column, by number.</param>
    internal FileColumns ToFileColumns(Func<int, IReadOnlyList<string>> textsOf)
    {
        var counts = new int[_columns.Count];
        var columns = new List<DuckDbColumn>();
        for (var index = 0; index < _columns.Count; index++)
        {
            var texts = IsCoded[index] ? textsOf(index) : null;
            counts[index] = texts?.Count ?? -1;
            // An enum has a member at least; where every value is missing so far, any type will do.
            columns.Add(new DuckDbColumn(_columns[index].Name, texts is { Count: > 0 } ? DuckDbTypeInfo.CreateEnum(texts) : TypeOf(_columns[index].Type)));
        }

        return new FileColumns(columns, counts);
    }

    /// <summary>Decimals come as 64 or 128 bits; the statement that writes them casts to the dataset's width.</summary>
    private static DuckDbTypeInfo TypeOf(ColumnType type) => type.Kind switch
    {
        ColumnKind.Decimal => DuckDbTypeInfo.CreateDecimal(type.Width <= SmallDecimalWidthMax ? SmallDecimalWidthMax : ColumnType.DecimalWidthMax, type.Scale),
        ColumnKind.Boolean => DuckDbTypeInfo.Create(DuckDBType.Boolean),
        ColumnKind.BigInt => DuckDbTypeInfo.Create(DuckDBType.BigInt),
        ColumnKind.Double => DuckDbTypeInfo.Create(DuckDBType.Double),
        ColumnKind.Date => DuckDbTypeInfo.Create(DuckDBType.Date),
        ColumnKind.Timestamp => DuckDbTypeInfo.Create(DuckDBType.Timestamp),
        ColumnKind.TimestampTz => DuckDbTypeInfo.Create(DuckDBType.TimestampTz),
        _ => DuckDbTypeInfo.Create(DuckDBType.Varchar),
    };

    private static int BytesOf(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => 1,
        ColumnKind.Date => 4,
        ColumnKind.Varchar or ColumnKind.List or ColumnKind.Struct => 16,
        ColumnKind.Decimal when type.Width > SmallDecimalWidthMax => 16,
        _ => 8,
    };
}
