using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using DuckDB.NET.Data;

namespace HybridStore.Query.Ado;

/// <summary>One statement that reads, with its parameters.</summary>
internal sealed class StoreCommand : DbCommand
{
    private readonly DuckDBParameterCollection _parameters = new();
    private StoreConnection? _connection;
    private StatementCancellation? _running;
    private int _timeoutSeconds;

    [AllowNull]
    public override string CommandText
    {
        get;
        set => field = value ?? "";
    } = "";

    /// <summary>Seconds for the statement and the reading of its rows together; 0, the default, is no limit.</summary>
    public override int CommandTimeout
    {
        get => _timeoutSeconds;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _timeoutSeconds = value;
        }
    }

    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text) throw new NotSupportedException($"A command is SQL text, not {value}.");
        }
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = value as StoreConnection
            ?? (value is null ? null : throw new ArgumentException($"Expected a connection of a store, found a {value.GetType().Name}.", nameof(value)));
    }

    protected override DbParameterCollection DbParameterCollection => _parameters;

    protected override DbTransaction? DbTransaction
    {
        get => null;
        set
        {
            if (value is not null) throw new NotSupportedException("There are no transactions: a connection only reads.");
        }
    }

    /// <summary>Stops the statement that this command runs, from any thread; others of the connection go on.</summary>
    public override void Cancel() => Volatile.Read(ref _running)?.Cancel();

    /// <summary>Nothing: a statement is planned for the files that it reads when it runs.</summary>
    public override void Prepare()
    {
    }

    /// <returns>-1, as for every statement that only reads.</returns>
    public override int ExecuteNonQuery()
    {
        using var reader = Execute(CommandBehavior.Default, CancellationToken.None);
        while (reader.Read())
        {
        }

        return -1;
    }

    public override object? ExecuteScalar()
    {
        using var reader = Execute(CommandBehavior.Default, CancellationToken.None);
        return reader.Read() ? reader.GetValue(0) : null;
    }

    protected override DbParameter CreateDbParameter() => new DuckDBParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Execute(behavior, CancellationToken.None);

    /// <summary>Waits as the synchronous call does, for DuckDB works on this thread, too; the token also stops the reading of rows.</summary>
    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<DbDataReader>(Execute(behavior, cancellationToken));
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            return Task.FromException<DbDataReader>(exception);
        }
    }

    private StoreDataReader Execute(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        if (_connection is null) throw new InvalidOperationException("The command has no connection.");
        var cancellation = new StatementCancellation(_timeoutSeconds, cancellationToken);
        Volatile.Write(ref _running, cancellation);
        try
        {
            var rows = _connection.Session.Query(CommandText, Values(), cancellation.Token);
            return new StoreDataReader(_connection, rows, cancellation, behavior);
        }
        catch (Exception exception)
        {
            cancellation.Dispose();
            if (exception is OperationCanceledException && cancellation.IsTimeout) throw cancellation.TimedOut(exception);
            throw;
        }
    }

    /// <summary>By name, as in $name, and by place, as in ? and $1.</summary>
    private Dictionary<string, object?> Values()
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < _parameters.Count; index++)
        {
            var parameter = _parameters[index];
            var name = parameter.ParameterName?.TrimStart('$', '@', ':');
            if (!string.IsNullOrEmpty(name)) values[name] = parameter.Value;
        }

        for (var index = 0; index < _parameters.Count; index++)
        {
            values.TryAdd((index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), _parameters[index].Value);
        }

        return values;
    }
}
