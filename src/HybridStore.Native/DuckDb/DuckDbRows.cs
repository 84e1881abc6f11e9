namespace HybridStore.Native.DuckDb;

/// <summary>Rows at hand, column by column: the last chunk of a result, or rows that were kept of several.</summary>
/// <remarks>Not thread-safe. The values are valid until the rows change.</remarks>
public abstract unsafe class DuckDbRows
{
    private DuckDbColumn[] _columns = [];
    private int[] _elementBytes = [];

    private protected DuckDbRows()
    {
    }

    /// <summary>The rows.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public DuckDbChunk Chunk => RowCount > 0 ? new DuckDbChunk(_columns, Addresses, RowCount) : throw new InvalidOperationException("Read returned false, or was not called.");

    /// <summary>Where each column's values are: read once a chunk, so that looking at a column costs no call.</summary>
    internal VectorAddress[] Addresses { get; private set; } = [];

    private protected int RowCount { get; set; }

    /// <summary>One value. For many of a column, its span is faster.</summary>
    /// <typeparam name="T">The type that the column's <see cref="DuckDbTypeInfo.StorageId"/> is stored as.</typeparam>
    /// <param name="column">From 0.</param>
    /// <param name="row">0 to the chunk's row count - 1.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when it is absent.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or <typeparamref name="T"/> has not the size of the column's values.</exception>
    public bool TryGetValue<T>(int column, int row, out T value)
        where T : unmanaged
    {
        var address = Addresses[column];
        if ((uint)row >= (uint)RowCount || _elementBytes[column] != sizeof(T)) throw new ArgumentOutOfRangeException(nameof(row));
        var validity = (ulong*)address.Validity;
        var isPresent = validity is null || (validity[row >> 6] >> (row & 63) & 1) != 0;
        value = isPresent ? ((T*)address.Data)[row] : default;
        return isPresent;
    }

    private protected void SetColumns(DuckDbColumn[] columns)
    {
        _columns = columns;
        Addresses = new VectorAddress[columns.Length];
        _elementBytes = new int[columns.Length];
        for (var column = 0; column < columns.Length; column++) _elementBytes[column] = DuckDbVector.ElementBytes(columns[column].Type.StorageId);
    }
}
