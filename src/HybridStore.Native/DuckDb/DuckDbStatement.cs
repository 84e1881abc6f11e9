using System.Text;
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
    /// <param name="value">Null, bool, an integer, double, string, <see cref="DateOnly"/> or an unspecified or UTC <see cref="DateTime"/>.</param>
    /// <exception cref="ArgumentException">The type of value is none of these, or there is no such parameter.</exception>
    public void Bind(int index, object? value)
    {
        var state = value switch
        {
            null => NativeMethods.PreparedStatements.DuckDBBindNull(_handle, index),
            bool truth => NativeMethods.PreparedStatements.DuckDBBindBoolean(_handle, index, truth),
            int number => NativeMethods.PreparedStatements.DuckDBBindInt64(_handle, index, number),
            long number => NativeMethods.PreparedStatements.DuckDBBindInt64(_handle, index, number),
            double number => NativeMethods.PreparedStatements.DuckDBBindDouble(_handle, index, number),
            DateOnly date => NativeMethods.PreparedStatements.DuckDBBindDate(_handle, index, new() { Days = date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber }),
            DateTime time => NativeMethods.PreparedStatements.DuckDBBindTimestamp(_handle, index, new() { Micros = (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond }),
            string text => UnboundFunctions.BindText(_handle, index, Encoding.UTF8.GetBytes(text)),
            _ => throw new ArgumentException($"A parameter cannot be a {value.GetType().Name}.", nameof(value)),
        };
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
