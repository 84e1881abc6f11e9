using Apache.Arrow;
using Apache.Arrow.Ipc;
using ArrowSchema = Apache.Arrow.Schema;

namespace HybridStore.Query.Arrow;

/// <summary>A statement's rows as Arrow record batches of up to 2,048 rows, computed as they are read.</summary>
/// <remarks>
/// Not thread-safe. A batch owns its memory: it stays valid after the next read, and after the reader, the session and the store's process-wide
/// DuckDB are gone; dispose it to free it at once. Types: see README.md beside this file.
/// </remarks>
public sealed class ArrowReader : IArrowArrayStream
{
    private readonly QueryReader _rows;
    private readonly ArrowTypes _types;

    /// <param name="rows">Disposed with this, also when a type is refused.</param>
    /// <exception cref="StoreException">Usage: a column's type has no exact Arrow type.</exception>
    internal ArrowReader(QueryReader rows)
    {
        _rows = rows;
        try
        {
            _types = new ArrowTypes(rows.Columns);
            Schema = rows.ReadArrowSchema();
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>The columns' names and types.</summary>
    public ArrowSchema Schema { get; }

    /// <summary>Reads the next batch.</summary>
    /// <returns>Null at the end; dispose the batch when its rows are used.</returns>
    /// <exception cref="StoreException">The statement failed while it computed the rows. SourceData: a value does not fit into its Arrow type.</exception>
    /// <exception cref="OperationCanceledException">The token given to the statement was cancelled.</exception>
    public RecordBatch? Read()
    {
        if (!_rows.Read()) return null;
        _types.CheckValues(_rows.Chunk);
        return _rows.ToArrow(Schema);
    }

    /// <summary>Reads the next batch; waits as <see cref="Read"/> does, for DuckDB works on this thread, too.</summary>
    /// <param name="cancellationToken">Looked at before; the token given to the statement interrupts.</param>
    /// <inheritdoc cref="Read"/>
    public ValueTask<RecordBatch?> ReadNextRecordBatchAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read());
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();
}
