using Apache.Arrow;
using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>A statement's result, read chunk by chunk.</summary>
/// <remarks>Not thread-safe. A chunk is valid until the next <see cref="Read"/> or <see cref="Dispose"/>.</remarks>
public sealed class DuckDbResult : DuckDbRows, IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly CancellationToken _cancellationToken;
    private DuckDBResult _native;
    private DuckDbColumn[]? _columns;
    private DuckDBDataChunk? _chunk;
    private DuckDBArrowOptions? _arrowOptions;
    private bool _ended;
    private bool _disposed;

    private DuckDbResult(DuckDBResult native, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        _native = native;
        _connection = connection;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The columns' names and types, in order.</summary>
    public IReadOnlyList<DuckDbColumn> Columns => ColumnArray;

    /// <summary>How many rows an INSERT, UPDATE, DELETE or COPY changed; otherwise 0.</summary>
    public long RowsChanged => NativeMethods.Query.DuckDBRowsChanged(ref _native);

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
            _chunk = NativeMethods.Query.DuckDBFetchChunk(_native);
            if (_chunk.IsInvalid)
            {
                ThrowIfFailed(ref _native, _cancellationToken);
                _ended = true;
                return false;
            }

            RowCount = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(_chunk);
            if (RowCount == 0) continue;
            ReadAddresses(_chunk);
            return true;
        }
    }

    /// <summary>The columns as Arrow's fields.</summary>
    public Schema ReadArrowSchema() => DuckDbArrow.Schema(ArrowOptions, ColumnArray);

    /// <summary>The rows that the last <see cref="Read"/> brought, in memory of their own.</summary>
    /// <param name="schema"><see cref="ReadArrowSchema"/>'s.</param>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public RecordBatch ToArrow(Schema schema) =>
        DuckDbArrow.Batch(ArrowOptions, _chunk ?? throw new InvalidOperationException("Read returned false, or was not called."), schema);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        ReleaseChunk();
        _arrowOptions?.Dispose();
        foreach (var column in _columns ?? []) column.Type.Dispose();
        NativeMethods.Query.DuckDBDestroyResult(ref _native);
    }

    internal static DuckDbResult Own(DuckDBResult native, DuckDBState state, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        if (state == DuckDBState.Success) return new DuckDbResult(native, connection, cancellationToken);
        try
        {
            ThrowIfFailed(ref native, cancellationToken);
            throw new DuckDbException(DuckDBErrorType.Invalid, "DuckDB failed without a message.");
        }
        finally
        {
            NativeMethods.Query.DuckDBDestroyResult(ref native);
        }
    }

    private static void ThrowIfFailed(ref DuckDBResult result, CancellationToken cancellationToken)
    {
        var message = NativeMethods.Query.DuckDBResultError(ref result);
        if (string.IsNullOrEmpty(message)) return;
        var kind = NativeMethods.Query.DuckDBResultErrorType(ref result);
        if (kind == DuckDBErrorType.Interrupt) cancellationToken.ThrowIfCancellationRequested();
        throw new DuckDbException(kind, message);
    }

    private DuckDBArrowOptions ArrowOptions => _arrowOptions ??= NativeMethods.Arrow.DuckDBResultGetArrowOptions(ref _native);

    private DuckDbColumn[] ColumnArray => _columns ??= ReadColumns();

    private void ReadAddresses(DuckDBDataChunk chunk)
    {
        var addresses = Addresses;
        if (addresses.Length == 0)
        {
            SetColumns(ColumnArray);
            addresses = Addresses;
        }

        for (var index = 0; index < addresses.Length; index++)
        {
            addresses[index] = VectorAddress.Of(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, index));
        }
    }

    private DuckDbColumn[] ReadColumns()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var columns = new DuckDbColumn[(int)NativeMethods.Query.DuckDBColumnCount(ref _native)];
        for (var index = 0; index < columns.Length; index++)
        {
            columns[index] = new DuckDbColumn(
                NativeMethods.Query.DuckDBColumnName(ref _native, index),
                DuckDbTypeInfo.Own(NativeMethods.Query.DuckDBColumnLogicalType(ref _native, index)));
        }

        return columns;
    }

    private void ReleaseChunk()
    {
        RowCount = 0;
        _chunk?.Dispose();
        _chunk = null;
    }
}
