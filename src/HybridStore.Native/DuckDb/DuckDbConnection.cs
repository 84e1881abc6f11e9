using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>A connection to a <see cref="DuckDbDatabase"/>: runs one statement at a time.</summary>
/// <remarks>
/// Not thread-safe, but for <see cref="Interrupt"/> and <see cref="ProgressPercent"/>, which any thread may call while a
/// statement runs. A cancellation token that is passed in interrupts the statement again and again until it stops,
/// because DuckDB forgets an interrupt that comes before a statement starts.
/// </remarks>
public sealed class DuckDbConnection : IDisposable
{
    private readonly DuckDBNativeConnection _handle;

    internal DuckDbConnection(DuckDBNativeConnection handle) => _handle = handle;

    internal DuckDBNativeConnection Handle => _handle;

    /// <summary>How far the running statement is, 0 to 100, or null when DuckDB does not know.</summary>
    /// <remarks>
    /// Needs the settings <c>enable_progress_bar_print = false</c> (else DuckDB draws a bar on stdout), <c>progress_bar_time = 0</c>
    /// (milliseconds before it starts to count) and then <c>enable_progress_bar = true</c>.
    /// </remarks>
    public double? ProgressPercent => NativeMethods.Startup.DuckDBQueryProgress(_handle).Percentage is var percent and >= 0 ? percent : null;

    /// <summary>Asks the running statement to stop. Lost when none is running.</summary>
    public void Interrupt() => NativeMethods.Startup.DuckDBInterrupt(_handle);

    /// <summary>Runs statements for their effect.</summary>
    /// <param name="sql">One or more statements.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <returns>The rows that the last statement changed.</returns>
    /// <exception cref="DuckDbException">DuckDB refused or failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public long Execute(string sql, CancellationToken cancellationToken = default)
    {
        using var result = Query(sql, cancellationToken);
        return result.RowsChanged;
    }

    /// <summary>Runs statements; the last one's result is held in memory whole.</summary>
    /// <inheritdoc cref="Execute"/>
    /// <returns>The result of the last statement.</returns>
    public DuckDbResult Query(string sql, CancellationToken cancellationToken = default)
    {
        using var interrupter = new Interrupter(this, cancellationToken);
        var state = NativeMethods.Query.DuckDBQuery(_handle, sql, out var native);
        return DuckDbResult.Own(native, state, this, cancellationToken);
    }

    /// <summary>Splits SQL text into statements without running any.</summary>
    /// <param name="sql">Any number of statements.</param>
    /// <exception cref="DuckDbException">The text does not parse.</exception>
    public DuckDbStatementList Parse(string sql) => new(this, sql);

    /// <summary>Prepares one statement.</summary>
    /// <param name="sql">Exactly one statement, with <c>?</c>, <c>$1</c> or <c>$name</c> for parameters.</param>
    /// <exception cref="DuckDbException">The text holds no statement or several, or does not bind.</exception>
    public DuckDbStatement Prepare(string sql)
    {
        using var statements = Parse(sql);
        return statements.Count == 1
            ? statements.Prepare(0)
            : throw new DuckDbException(DuckDBErrorType.Parser, $"Expected one SQL statement, found {statements.Count}.");
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
