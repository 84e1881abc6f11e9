using Apache.Arrow;
using HybridStore.Native.DuckDb;
using ArrowSchema = Apache.Arrow.Schema;

namespace HybridStore.Query;

/// <summary>A statement's rows, chunk by chunk as they are computed.</summary>
/// <remarks>Not thread-safe; two readers of one engine may be read by two threads. A chunk is valid until the next <see cref="Read"/>.</remarks>
public sealed class QueryReader : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly DuckDbStatement _statement;
    private readonly DuckDbResult _result;
    private readonly RowSorter? _sorter;
    private readonly DuckDbRows _rows;
    private readonly Func<DuckDbException, Exception> _translate;

    private TextCache[]? _texts;
    private bool _isAhead;
    private bool _hasFirst;

    /// <param name="connection">The statement's own.</param>
    /// <param name="statement">What runs.</param>
    /// <param name="result">Its rows.</param>
    /// <param name="sorter">Puts them in order; null where they come in theirs.</param>
    /// <param name="translate">Says a failure in the user's words.</param>
    internal QueryReader(DuckDbConnection connection, DuckDbStatement statement, DuckDbResult result, RowSorter? sorter, Func<DuckDbException, Exception> translate)
    {
        _connection = connection;
        _statement = statement;
        _result = result;
        _sorter = sorter;
        _rows = sorter is null ? result : sorter.Rows;
        _translate = translate;
    }

    /// <summary>The columns' names and types, in order.</summary>
    public IReadOnlyList<DuckDbColumn> Columns => _result.Columns;

    /// <summary>The rows that the last <see cref="Read"/> brought.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public DuckDbChunk Chunk => !_isAhead ? _rows.Chunk : throw new InvalidOperationException("Read was not called.");

    /// <summary>Moves to the next chunk of 1 to 2,048 rows.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="StoreException">The statement failed while it computed the rows.</exception>
    /// <exception cref="OperationCanceledException">The token given to the statement was cancelled.</exception>
    public bool Read()
    {
        if (_isAhead)
        {
            _isAhead = false;
            return _hasFirst;
        }

        try
        {
            return _sorter is null ? _result.Read() : _sorter.Read(_result);
        }
        catch (DuckDbException exception)
        {
            throw _translate(exception);
        }
    }

    /// <summary>What is disposed with this reader, the session of its own first.</summary>
    internal IDisposable? Owned { get; set; }

    /// <summary>Its hold on the engine, which stays until the last reader is gone.</summary>
    internal IDisposable? Hold { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _result.Dispose();
        _statement.Dispose();
        _connection.Dispose();
        Owned?.Dispose();
        Hold?.Dispose();
    }

    /// <summary>Brings the first rows, which the next <see cref="Read"/> then gives.</summary>
    internal void ReadAhead()
    {
        _hasFirst = Read();
        _isAhead = true;
    }

    internal ArrowSchema ReadArrowSchema() => _result.ReadArrowSchema();

    /// <summary>The rows that the last <see cref="Read"/> brought, in memory of their own.</summary>
    internal RecordBatch ToArrow(ArrowSchema schema)
    {
        try
        {
            return _result.ToArrow(schema);
        }
        catch (DuckDbException exception)
        {
            throw _translate(exception);
        }
    }

    /// <inheritdoc cref="DuckDbRows.TryGetValue"/>
    internal bool TryGetValue<T>(int column, int row, out T value)
        where T : unmanaged => _rows.TryGetValue(column, row, out value);

    /// <summary>A text as a string, which is made once for texts that come again and again.</summary>
    /// <param name="column">A column of texts.</param>
    /// <param name="row">A row of the chunk where it is not null.</param>
    internal string Text(int column, int row)
    {
        _texts ??= [.. Columns.Select(_ => new TextCache())];
        return _texts[column].Get(Chunk.Column(column).Bytes(row));
    }
}
