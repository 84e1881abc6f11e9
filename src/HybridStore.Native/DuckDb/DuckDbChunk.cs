namespace HybridStore.Native.DuckDb;

/// <summary>Up to 2,048 rows of a result, column by column, in DuckDB's own memory.</summary>
public readonly ref struct DuckDbChunk
{
    private readonly nint _handle;
    private readonly IReadOnlyList<DuckDbColumn> _columns;

    internal DuckDbChunk(nint handle, IReadOnlyList<DuckDbColumn> columns)
    {
        _handle = handle;
        _columns = columns;
        RowCount = (int)NativeMethods.duckdb_data_chunk_get_size(handle);
    }

    /// <summary>Rows in this chunk, 1 to 2,048.</summary>
    public int RowCount { get; }

    /// <summary>Columns in this chunk.</summary>
    public int ColumnCount => _columns.Count;

    /// <summary>A column's values.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public DuckDbVector Column(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_columns.Count, nameof(index));
        return new DuckDbVector(NativeMethods.duckdb_data_chunk_get_vector(_handle, (ulong)index), _columns[index].Type, RowCount);
    }
}
