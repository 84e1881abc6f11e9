using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>A statement's rows, chunk by chunk as they are computed.</summary>
/// <remarks>Not thread-safe; two readers of one engine may be read by two threads. A chunk is valid until the next <see cref="Read"/>.</remarks>
public sealed class QueryReader : IDisposable
{
    /// <summary>How often a statement is started whose files leave the tree before its first rows come.</summary>
    internal const int AttemptsMax = 16;

    private readonly Func<DuckDbException, Exception> _translate;
    private Func<QueryRun>? _startAgain;
    private QueryRun _run;

    /// <param name="run">The statement, started.</param>
    /// <param name="startAgain">Starts it once more: files may move until the first rows come, and be found where they are kept.</param>
    /// <param name="translate">Makes a sentence of what DuckDB says.</param>
    internal QueryReader(QueryRun run, Func<QueryRun> startAgain, Func<DuckDbException, Exception> translate)
    {
        _run = run;
        _startAgain = startAgain;
        _translate = translate;
    }

    /// <summary>The columns' names and types, in order.</summary>
    public IReadOnlyList<DuckDbColumn> Columns => _run.Result.Columns;

    /// <summary>The rows that the last <see cref="Read"/> brought.</summary>
    public DuckDbChunk Chunk => _run.Result.Chunk;

    /// <summary>Moves to the next chunk of 1 to 2,048 rows.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="StoreException">The statement failed while it computed the rows.</exception>
    /// <exception cref="OperationCanceledException">The token given to the statement was cancelled.</exception>
    public bool Read()
    {
        try
        {
            return ReadChunk();
        }
        catch (DuckDbException exception)
        {
            throw _translate(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _run.Dispose();

    private bool ReadChunk()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var hasRows = _run.Result.Read();
                _startAgain = null;
                return hasRows;
            }
            catch (DuckDbException lost) when (_startAgain is not null && attempt < AttemptsMax && QueryErrors.IsMissingFile(lost))
            {
                var again = _startAgain();
                _run.Dispose();
                _run = again;
            }
        }
    }
}
