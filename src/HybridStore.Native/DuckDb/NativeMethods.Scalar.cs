using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <content>Scalar functions.</content>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint duckdb_create_scalar_function();

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_scalar_function(nint* function);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void duckdb_scalar_function_set_name(nint function, string name);

    [LibraryImport(Library)]
    internal static partial void duckdb_scalar_function_add_parameter(nint function, nint type);

    [LibraryImport(Library)]
    internal static partial void duckdb_scalar_function_set_return_type(nint function, nint type);

    [LibraryImport(Library)]
    internal static partial void duckdb_scalar_function_set_function(nint function, delegate* unmanaged[Cdecl]<nint, nint, nint, void> run);

    [LibraryImport(Library)]
    internal static partial int duckdb_register_scalar_function(DuckDbConnectionHandle connection, nint function);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void duckdb_scalar_function_set_error(nint info, string error);
}
