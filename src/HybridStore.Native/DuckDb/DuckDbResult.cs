using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <summary>A statement's result, read chunk by chunk.</summary>
/// <remarks>Not thread-safe. A chunk is valid until the next <see cref="Read"/> or <see cref="Dispose"/>.</remarks>
public sealed unsafe class DuckDbResult : DuckDbRows, IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly CancellationToken _cancellationToken;
    private NativeMethods.Result _native;
    private DuckDbColumn[]? _columns;
    private nint _chunk;
    private bool _ended;
    private bool _disposed;

    private DuckDbResult(NativeMethods.Result native, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        _native = native;
        _connection = connection;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The columns' names and types, in order.</summary>
    public IReadOnlyList<DuckDbColumn> Columns => ColumnArray;

    /// <summary>How many rows an INSERT, UPDATE, DELETE or COPY changed; otherwise 0.</summary>
    public long RowsChanged
    {
        get
        {
            fixed (NativeMethods.Result* result = &_native) return (long)NativeMethods.duckdb_rows_changed(result);
        }
    }

    /// <summary>Moves to the next chunk of 1 to 2,048 rows.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="DuckDbException">The statement failed while it computed the rows.</exception>
    /// <exception cref="OperationCanceledException">The token given to the statement was cancelled.</exception>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_ended) return false; // DuckDB takes one more fetch from a stream that ended for a mistake.
        using var interrupter = new Interrupter(_connection, _cancellationToken);
        while (true)
        {
            ReleaseChunk();
            _chunk = NativeMethods.duckdb_fetch_chunk(_native);
            if (_chunk == 0)
            {
                fixed (NativeMethods.Result* result = &_native) ThrowIfFailed(result, _cancellationToken);
                _ended = true;
                return false;
            }

            RowCount = (int)NativeMethods.duckdb_data_chunk_get_size(_chunk);
            if (RowCount == 0) continue;
            ReadAddresses();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        ReleaseChunk();
        foreach (var column in _columns ?? []) column.Type.Dispose();
        fixed (NativeMethods.Result* result = &_native) NativeMethods.duckdb_destroy_result(result);
    }

    internal static DuckDbResult Own(NativeMethods.Result native, int state, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        if (state == 0) return new DuckDbResult(native, connection, cancellationToken);
        try
        {
            ThrowIfFailed(&native, cancellationToken);
            throw new DuckDbException(DuckDbErrorKind.Invalid, "DuckDB failed without a message.");
        }
        finally
        {
            NativeMethods.duckdb_destroy_result(&native);
        }
    }

    private static void ThrowIfFailed(NativeMethods.Result* result, CancellationToken cancellationToken)
    {
        var message = Marshal.PtrToStringUTF8((nint)NativeMethods.duckdb_result_error(result));
        if (string.IsNullOrEmpty(message)) return;
        var kind = NativeMethods.duckdb_result_error_type(result);
        if (kind == DuckDbErrorKind.Interrupt) cancellationToken.ThrowIfCancellationRequested();
        throw new DuckDbException(kind, message);
    }

    private DuckDbColumn[] ColumnArray => _columns ??= ReadColumns();

    private void ReadAddresses()
    {
        var addresses = Addresses;
        if (addresses.Length == 0)
        {
            SetColumns(ColumnArray);
            addresses = Addresses;
        }

        for (var index = 0; index < addresses.Length; index++) addresses[index] = VectorAddress.Of(NativeMethods.duckdb_data_chunk_get_vector(_chunk, (ulong)index));
    }

    private DuckDbColumn[] ReadColumns()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (NativeMethods.Result* result = &_native)
        {
            var columns = new DuckDbColumn[(int)NativeMethods.duckdb_column_count(result)];
            for (var index = 0; index < columns.Length; index++)
            {
                columns[index] = new DuckDbColumn(
                    Marshal.PtrToStringUTF8((nint)NativeMethods.duckdb_column_name(result, (ulong)index))!,
                    DuckDbLogicalType.Own(NativeMethods.duckdb_column_logical_type(result, (ulong)index)));
            }

            return columns;
        }
    }

    private void ReleaseChunk()
    {
        RowCount = 0;
        if (_chunk == 0) return;
        fixed (nint* chunk = &_chunk) NativeMethods.duckdb_destroy_data_chunk(chunk);
        _chunk = 0;
    }
}
