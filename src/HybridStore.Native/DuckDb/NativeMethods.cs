using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <summary>DuckDB's C API, as far as it is used. Source: <c>duckdb.h</c> of DuckDB 1.5; names are the header's.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "duckdb";

    [LibraryImport(Library)]
    internal static partial byte* duckdb_library_version();

    [LibraryImport(Library)]
    internal static partial void duckdb_free(void* memory);

    [LibraryImport(Library)]
    internal static partial int duckdb_create_config(nint* config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_set_config(nint config, string name, string option);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_config(nint* config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_open_ext(string? path, nint* database, nint config, byte** error);

    [LibraryImport(Library)]
    internal static partial void duckdb_close(nint* database);

    [LibraryImport(Library)]
    internal static partial int duckdb_connect(DuckDbDatabaseHandle database, nint* connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_disconnect(nint* connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_interrupt(DuckDbConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial QueryProgress duckdb_query_progress(DuckDbConnectionHandle connection);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_query(DuckDbConnectionHandle connection, string query, Result* result);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_result(Result* result);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_result_error(Result* result);

    [LibraryImport(Library)]
    internal static partial DuckDbErrorKind duckdb_result_error_type(Result* result);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_column_count(Result* result);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_column_name(Result* result, ulong column);

    [LibraryImport(Library)]
    internal static partial nint duckdb_column_logical_type(Result* result, ulong column);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_rows_changed(Result* result);

    [LibraryImport(Library)]
    internal static partial nint duckdb_fetch_chunk(Result result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ulong duckdb_extract_statements(DuckDbConnectionHandle connection, string query, nint* statements);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_extract_statements_error(nint statements);

    [LibraryImport(Library)]
    internal static partial int duckdb_prepare_extracted_statement(DuckDbConnectionHandle connection, nint statements, ulong index, nint* statement);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_extracted(nint* statements);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_prepare_error(nint statement);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_prepare(nint* statement);

    [LibraryImport(Library)]
    internal static partial DuckDbStatementKind duckdb_prepared_statement_type(DuckDbStatementHandle statement);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_nparams(DuckDbStatementHandle statement);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_parameter_name(DuckDbStatementHandle statement, ulong index);

    [LibraryImport(Library)]
    internal static partial int duckdb_bind_null(DuckDbStatementHandle statement, ulong index);

    [LibraryImport(Library)]
    internal static partial int duckdb_bind_boolean(DuckDbStatementHandle statement, ulong index, byte value);

    [LibraryImport(Library)]
    internal static partial int duckdb_bind_int64(DuckDbStatementHandle statement, ulong index, long value);

    [LibraryImport(Library)]
    internal static partial int duckdb_bind_double(DuckDbStatementHandle statement, ulong index, double value);

    [LibraryImport(Library)]
    internal static partial int duckdb_bind_date(DuckDbStatementHandle statement, ulong index, int days);

    [LibraryImport(Library)]
    internal static partial int duckdb_bind_timestamp(DuckDbStatementHandle statement, ulong index, long microseconds);

    [LibraryImport(Library)]
    internal static partial int duckdb_bind_varchar_length(DuckDbStatementHandle statement, ulong index, byte* value, ulong lengthBytes);

    [LibraryImport(Library)]
    internal static partial int duckdb_execute_prepared_streaming(DuckDbStatementHandle statement, Result* result);

    [LibraryImport(Library)]
    internal static partial int duckdb_execute_prepared(DuckDbStatementHandle statement, Result* result);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_data_chunk(nint* chunk);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial ulong duckdb_data_chunk_get_size(nint chunk);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial ulong duckdb_data_chunk_get_column_count(nint chunk);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint duckdb_data_chunk_get_vector(nint chunk, ulong column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial void duckdb_data_chunk_set_size(nint chunk, ulong rowCount);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial void* duckdb_vector_get_data(nint vector);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial ulong* duckdb_vector_get_validity(nint vector);

    [LibraryImport(Library)]
    internal static partial void duckdb_vector_ensure_validity_writable(nint vector);

    [LibraryImport(Library)]
    internal static partial void duckdb_vector_assign_string_element_len(nint vector, ulong row, byte* value, ulong lengthBytes);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint duckdb_list_vector_get_child(nint vector);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial ulong duckdb_list_vector_get_size(nint vector);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint duckdb_struct_vector_get_child(nint vector, ulong index);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint duckdb_array_vector_get_child(nint vector);

    /// <summary>DuckDB's <c>duckdb_query_progress_type</c>: percentage is -1 when there is none.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct QueryProgress(double Percentage, ulong RowsProcessed, ulong TotalRowsToProcess);

    /// <summary>DuckDB's <c>duckdb_result</c>: 48 bytes, of which only the library reads anything.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Result
    {
        private readonly ulong _columnCount;
        private readonly ulong _rowCount;
        private readonly ulong _rowsChanged;
        private readonly nint _columns;
        private readonly nint _errorMessage;
        private readonly nint _internalData;
    }
}
