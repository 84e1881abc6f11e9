namespace HybridStore.Native.DuckDb;

/// <summary>Up to 2,048 rows of a result, column by column, in DuckDB's own memory.</summary>
public readonly ref struct DuckDbChunk
{
    private readonly DuckDbColumn[] _columns;
    private readonly VectorAddress[] _addresses;

    /// <param name="columns">Names and types.</param>
    /// <param name="addresses">Where each column's values are; read once a chunk, so that looking at a column costs no call.</param>
    /// <param name="rowCount">Rows of the chunk.</param>
    internal DuckDbChunk(DuckDbColumn[] columns, VectorAddress[] addresses, int rowCount)
    {
        _columns = columns;
        _addresses = addresses;
        RowCount = rowCount;
    }

    /// <summary>Rows in this chunk, 1 to 2,048.</summary>
    public int RowCount { get; }

    /// <summary>Columns in this chunk.</summary>
    public int ColumnCount => _columns.Length;

    /// <summary>A column's values.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public DuckDbVector Column(int index)
    {
        if ((uint)index >= (uint)_columns.Length) throw new ArgumentOutOfRangeException(nameof(index));
        return new DuckDbVector(_addresses[index], _columns[index].Type, RowCount);
    }
}
