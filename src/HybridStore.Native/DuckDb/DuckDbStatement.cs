using System.Runtime.InteropServices;
using System.Text;

namespace HybridStore.Native.DuckDb;

/// <summary>A prepared statement.</summary>
/// <remarks>Not thread-safe: it runs on its connection.</remarks>
public sealed class DuckDbStatement : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly DuckDbStatementHandle _handle;

    internal DuckDbStatement(DuckDbConnection connection, DuckDbStatementHandle handle)
    {
        _connection = connection;
        _handle = handle;
    }

    /// <summary>What the statement does.</summary>
    public DuckDbStatementKind Kind => NativeMethods.duckdb_prepared_statement_type(_handle);

    /// <summary>How many parameters it has; they are numbered from 1.</summary>
    public int ParameterCount => (int)NativeMethods.duckdb_nparams(_handle);

    /// <summary>The name of a parameter: its number as text when it has no other.</summary>
    /// <param name="index">From 1.</param>
    public unsafe string ParameterName(int index)
    {
        var name = NativeMethods.duckdb_parameter_name(_handle, (ulong)index);
        try
        {
            return Marshal.PtrToStringUTF8((nint)name) ?? throw new ArgumentOutOfRangeException(nameof(index));
        }
        finally
        {
            NativeMethods.duckdb_free(name);
        }
    }

    /// <summary>Binds a value to a parameter.</summary>
    /// <param name="index">From 1.</param>
    /// <param name="value">Null, bool, an integer, double, string, <see cref="DateOnly"/> or an unspecified or UTC <see cref="DateTime"/>.</param>
    /// <exception cref="ArgumentException">The type of value is none of these, or there is no such parameter.</exception>
    public unsafe void Bind(int index, object? value)
    {
        var at = (ulong)index;
        var state = value switch
        {
            null => NativeMethods.duckdb_bind_null(_handle, at),
            bool truth => NativeMethods.duckdb_bind_boolean(_handle, at, truth ? (byte)1 : (byte)0),
            int number => NativeMethods.duckdb_bind_int64(_handle, at, number),
            long number => NativeMethods.duckdb_bind_int64(_handle, at, number),
            double number => NativeMethods.duckdb_bind_double(_handle, at, number),
            DateOnly date => NativeMethods.duckdb_bind_date(_handle, at, date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber),
            DateTime time => NativeMethods.duckdb_bind_timestamp(_handle, at, (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond),
            string text => BindText(at, Encoding.UTF8.GetBytes(text)),
            _ => throw new ArgumentException($"A parameter cannot be a {value.GetType().Name}.", nameof(value)),
        };
        if (state != 0) throw new ArgumentException($"The statement has {ParameterCount} parameters, and no number {index}.", nameof(index));
    }

    /// <summary>Runs the statement; the result's rows are computed as they are read.</summary>
    /// <param name="cancellationToken">Interrupts, also while the result is read.</param>
    /// <exception cref="DuckDbException">DuckDB refused or failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>The connection runs nothing else until the result is disposed.</remarks>
    public unsafe DuckDbResult ExecuteStreaming(CancellationToken cancellationToken = default)
    {
        using var interrupter = new Interrupter(_connection, cancellationToken);
        NativeMethods.Result native;
        var state = NativeMethods.duckdb_execute_prepared_streaming(_handle, &native);
        return DuckDbResult.Own(native, state, _connection, cancellationToken);
    }

    /// <summary>Runs the statement; the result is held in memory whole.</summary>
    /// <inheritdoc cref="ExecuteStreaming"/>
    public unsafe DuckDbResult Execute(CancellationToken cancellationToken = default)
    {
        using var interrupter = new Interrupter(_connection, cancellationToken);
        NativeMethods.Result native;
        var state = NativeMethods.duckdb_execute_prepared(_handle, &native);
        return DuckDbResult.Own(native, state, _connection, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private unsafe int BindText(ulong index, byte[] text)
    {
        fixed (byte* bytes = text) return NativeMethods.duckdb_bind_varchar_length(_handle, index, bytes, (ulong)text.Length);
    }
}
