using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>The statements of a SQL text, parsed and not yet bound.</summary>
/// <remarks>Not thread-safe: it belongs to its connection.</remarks>
public sealed class DuckDbStatementList : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly DuckDBExtractedStatements _extracted;

    internal DuckDbStatementList(DuckDbConnection connection, string sql)
    {
        _connection = connection;
        Count = NativeMethods.ExtractStatements.DuckDBExtractStatements(connection.Handle, sql, out _extracted);
        if (Count > 0 || NativeMethods.ExtractStatements.DuckDBExtractStatementsError(_extracted) is not { } message) return;
        Dispose();
        throw new DuckDbException(DuckDBErrorType.Parser, message);
    }

    /// <summary>How many there are. DuckDB makes several of a PIVOT that finds its columns itself.</summary>
    public int Count { get; }

    /// <summary>Prepares one of them.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="DuckDbException">The statement does not bind.</exception>
    public DuckDbStatement Prepare(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        var state = NativeMethods.ExtractStatements.DuckDBPrepareExtractedStatement(_connection.Handle, _extracted, index, out var statement);
        if (state == DuckDBState.Success) return new DuckDbStatement(_connection, statement);
        using (statement)
        {
            var message = NativeMethods.PreparedStatements.DuckDBPrepareError(statement) ?? "DuckDB could not prepare the statement.";
            throw new DuckDbException(KindOf(message), message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _extracted.Dispose();

    /// <summary>The C API tells a failed prepare's kind only by the first words of its message.</summary>
    private static DuckDBErrorType KindOf(string message) => message.Split(' ', 2)[0] switch
    {
        "Parser" => DuckDBErrorType.Parser,
        "Binder" => DuckDBErrorType.Binder,
        "Catalog" => DuckDBErrorType.Catalog,
        "Conversion" => DuckDBErrorType.Conversion,
        "Permission" => DuckDBErrorType.Permission,
        "IO" => DuckDBErrorType.Io,
        "Invalid" => DuckDBErrorType.InvalidInput,
        "Not" => DuckDBErrorType.NotImplemented,
        _ => DuckDBErrorType.Invalid,
    };
}
