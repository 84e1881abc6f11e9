using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>A chunk of DuckDB's that a row source writes its values into, column by column.</summary>
public readonly unsafe ref struct DuckDbChunkWriter
{
    /// <summary>Rows that fit into one chunk.</summary>
    public const int RowsMax = 2048;

    private readonly ReadOnlySpan<nint> _vectors;
    private readonly ReadOnlySpan<int> _projection;

    /// <param name="vectors">The chunk's vectors, asked for once a chunk.</param>
    /// <param name="projection">Which of the source's columns each of them is.</param>
    internal DuckDbChunkWriter(ReadOnlySpan<nint> vectors, ReadOnlySpan<int> projection)
    {
        _vectors = vectors;
        _projection = projection;
    }

    /// <summary>How many columns the statement reads; others need not be written.</summary>
    public int ColumnCount => _projection.Length;

    /// <summary>Which of the source's columns stands at a position of this chunk; -1 for one that only counts rows.</summary>
    /// <param name="column">0 to <see cref="ColumnCount"/> - 1.</param>
    public int SourceColumn(int column) => _projection[column];

    /// <summary>The memory of a column of fixed-size values.</summary>
    /// <typeparam name="T">The type that the column's values are stored as; 16 bytes for a string header.</typeparam>
    /// <param name="column">0 to <see cref="ColumnCount"/> - 1.</param>
    public Span<T> Values<T>(int column)
        where T : unmanaged => new(NativeMethods.Vectors.DuckDBVectorGetData(_vectors[column]), RowsMax);

    /// <summary>The mask of a column: one bit a row, 1 = present. Bits beyond the rows written should be 1.</summary>
    /// <param name="column">0 to <see cref="ColumnCount"/> - 1.</param>
    public Span<ulong> ValidityMask(int column)
    {
        var vector = _vectors[column];
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        return new Span<ulong>(NativeMethods.Vectors.DuckDBVectorGetValidity(vector), RowsMax / 64);
    }

    /// <summary>Writes a string or blob; DuckDB copies it.</summary>
    /// <param name="column">0 to <see cref="ColumnCount"/> - 1.</param>
    /// <param name="row">0 to <see cref="RowsMax"/> - 1.</param>
    /// <param name="value">Valid UTF-8 for a string: DuckDB does not check it.</param>
    public void SetBytes(int column, int row, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(_vectors[column], (ulong)row, bytes, value.Length);
        }
    }
}
