using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>A statement's rows, chunk by chunk as they are computed.</summary>
/// <remarks>Not thread-safe; two readers of one engine may be read by two threads. A chunk is valid until the next <see cref="Read"/>.</remarks>
public sealed class QueryReader : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly DuckDbStatement _statement;
    private readonly DuckDbResult _result;
    private readonly Func<DuckDbException, Exception> _translate;

    internal QueryReader(DuckDbConnection connection, DuckDbStatement statement, DuckDbResult result, Func<DuckDbException, Exception> translate)
    {
        _connection = connection;
        _statement = statement;
        _result = result;
        _translate = translate;
    }

    /// <summary>The columns' names and types, in order.</summary>
    public IReadOnlyList<DuckDbColumn> Columns => _result.Columns;

    /// <summary>The rows that the last <see cref="Read"/> brought.</summary>
    public DuckDbChunk Chunk => _result.Chunk;

    /// <summary>Moves to the next chunk of 1 to 2,048 rows.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="StoreException">The statement failed while it computed the rows.</exception>
    /// <exception cref="OperationCanceledException">The token given to the statement was cancelled.</exception>
    public bool Read()
    {
        try
        {
            return _result.Read();
        }
        catch (DuckDbException exception)
        {
            throw _translate(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _result.Dispose();
        _statement.Dispose();
        _connection.Dispose();
    }
}
