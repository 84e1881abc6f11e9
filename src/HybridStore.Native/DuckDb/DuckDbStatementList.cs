using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <summary>The statements of a SQL text, parsed and not yet bound.</summary>
/// <remarks>Not thread-safe: it belongs to its connection.</remarks>
public sealed class DuckDbStatementList : IDisposable
{
    private readonly DuckDbConnection _connection;
    private nint _extracted;

    internal unsafe DuckDbStatementList(DuckDbConnection connection, string sql)
    {
        _connection = connection;
        fixed (nint* extracted = &_extracted) Count = (int)NativeMethods.duckdb_extract_statements(connection.Handle, sql, extracted);
        if (Count > 0 || NativeMethods.duckdb_extract_statements_error(_extracted) is var error && error is null) return;
        var message = Marshal.PtrToStringUTF8((nint)error)!;
        Dispose();
        throw new DuckDbException(DuckDbErrorKind.Parser, message);
    }

    /// <summary>How many there are. DuckDB makes several of a PIVOT that finds its columns itself.</summary>
    public int Count { get; }

    /// <summary>Prepares one of them.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="DuckDbException">The statement does not bind.</exception>
    public unsafe DuckDbStatement Prepare(int index)
    {
        ObjectDisposedException.ThrowIf(_extracted == 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        nint pointer = 0;
        if (NativeMethods.duckdb_prepare_extracted_statement(_connection.Handle, _extracted, (ulong)index, &pointer) != 0)
        {
            var message = Marshal.PtrToStringUTF8((nint)NativeMethods.duckdb_prepare_error(pointer)) ?? "DuckDB could not prepare the statement.";
            NativeMethods.duckdb_destroy_prepare(&pointer);
            throw new DuckDbException(KindOf(message), message);
        }

        var handle = new DuckDbStatementHandle();
        handle.Own(pointer);
        return new DuckDbStatement(_connection, handle);
    }

    /// <inheritdoc/>
    public unsafe void Dispose()
    {
        fixed (nint* extracted = &_extracted) NativeMethods.duckdb_destroy_extracted(extracted);
        _extracted = 0;
    }

    /// <summary>The C API tells a failed prepare's kind only by the first words of its message.</summary>
    private static DuckDbErrorKind KindOf(string message) => message.Split(' ', 2)[0] switch
    {
        "Parser" => DuckDbErrorKind.Parser,
        "Binder" => DuckDbErrorKind.Binder,
        "Catalog" => DuckDbErrorKind.Catalog,
        "Conversion" => DuckDbErrorKind.Conversion,
        "Permission" => DuckDbErrorKind.Permission,
        "IO" => DuckDbErrorKind.IO,
        "Invalid" => DuckDbErrorKind.InvalidInput,
        "Not" => DuckDbErrorKind.NotImplemented,
        _ => DuckDbErrorKind.Invalid,
    };
}
