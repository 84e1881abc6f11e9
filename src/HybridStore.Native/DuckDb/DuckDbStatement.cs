using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>A prepared statement.</summary>
/// <remarks>Not thread-safe: it runs on its connection.</remarks>
public sealed class DuckDbStatement : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly DuckDBPreparedStatement _handle;

    internal DuckDbStatement(DuckDbConnection connection, DuckDBPreparedStatement handle)
    {
        _connection = connection;
        _handle = handle;
    }

    /// <summary>What the statement does.</summary>
    public DuckDBStatementType Kind => UnboundFunctions.StatementType(_handle);

    /// <summary>How many parameters it has; they are numbered from 1.</summary>
    public int ParameterCount => (int)NativeMethods.PreparedStatements.DuckDBParams(_handle);

    /// <summary>The name of a parameter: its number as text when it has no other.</summary>
    /// <param name="index">From 1.</param>
    public string ParameterName(int index) =>
        UnboundFunctions.ParameterName(_handle, index) ?? throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Binds a value to a parameter.</summary>
    /// <param name="index">From 1.</param>
    /// <param name="value">
    /// Null, bool, an integer of up to 128 bits, float, double, decimal, string, Guid, bytes, <see cref="DateOnly"/>, <see cref="TimeOnly"/>,
    /// <see cref="TimeSpan"/>, <see cref="DateTimeOffset"/>, or a <see cref="DateTime"/> that is not local.
    /// </param>
    /// <exception cref="ArgumentException">The type of value is none of these, or there is no such parameter.</exception>
    public void Bind(int index, object? value)
    {
        var state = ParameterBinding.Bind(_handle, index, value);
        if (state != DuckDBState.Success) throw new ArgumentException($"The statement has {ParameterCount} parameters, and no number {index}.", nameof(index));
    }

    /// <summary>Runs the statement; the result's rows are computed as they are read.</summary>
    /// <param name="cancellationToken">Interrupts, also while the result is read.</param>
    /// <exception cref="DuckDbException">DuckDB refused or failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>The connection runs nothing else until the result is disposed.</remarks>
    public DuckDbResult ExecuteStreaming(CancellationToken cancellationToken = default)
    {
        using var interrupter = new Interrupter(_connection, cancellationToken);
        var state = NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(_handle, out var native);
        return DuckDbResult.Own(native, state, _connection, cancellationToken);
    }

    /// <summary>Runs the statement; the result is held in memory whole.</summary>
    /// <inheritdoc cref="ExecuteStreaming"/>
    public DuckDbResult Execute(CancellationToken cancellationToken = default)
    {
        using var interrupter = new Interrupter(_connection, cancellationToken);
        var state = NativeMethods.PreparedStatements.DuckDBExecutePrepared(_handle, out var native);
        return DuckDbResult.Own(native, state, _connection, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
