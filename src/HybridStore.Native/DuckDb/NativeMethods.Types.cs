using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <content>Logical types and table functions.</content>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint duckdb_create_logical_type(DuckDbType type);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_decimal_type(byte width, byte scale);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_enum_type(byte** memberNames, ulong memberCount);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_logical_type(nint* type);

    [LibraryImport(Library)]
    internal static partial DuckDbType duckdb_get_type_id(nint type);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_logical_type_get_alias(nint type);

    [LibraryImport(Library)]
    internal static partial byte duckdb_decimal_width(nint type);

    [LibraryImport(Library)]
    internal static partial byte duckdb_decimal_scale(nint type);

    [LibraryImport(Library)]
    internal static partial DuckDbType duckdb_decimal_internal_type(nint type);

    [LibraryImport(Library)]
    internal static partial DuckDbType duckdb_enum_internal_type(nint type);

    [LibraryImport(Library)]
    internal static partial uint duckdb_enum_dictionary_size(nint type);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_enum_dictionary_value(nint type, ulong index);

    [LibraryImport(Library)]
    internal static partial nint duckdb_list_type_child_type(nint type);

    [LibraryImport(Library)]
    internal static partial nint duckdb_array_type_child_type(nint type);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_array_type_array_size(nint type);

    [LibraryImport(Library)]
    internal static partial nint duckdb_map_type_key_type(nint type);

    [LibraryImport(Library)]
    internal static partial nint duckdb_map_type_value_type(nint type);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_struct_type_child_count(nint type);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_struct_type_child_name(nint type, ulong index);

    [LibraryImport(Library)]
    internal static partial nint duckdb_struct_type_child_type(nint type, ulong index);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_union_type_member_count(nint type);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_union_type_member_name(nint type, ulong index);

    [LibraryImport(Library)]
    internal static partial nint duckdb_union_type_member_type(nint type, ulong index);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_table_function();

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_table_function(nint* function);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void duckdb_table_function_set_name(nint function, string name);

    [LibraryImport(Library)]
    internal static partial void duckdb_table_function_add_parameter(nint function, nint type);

    [LibraryImport(Library)]
    internal static partial void duckdb_table_function_set_bind(nint function, delegate* unmanaged[Cdecl]<nint, void> bind);

    [LibraryImport(Library)]
    internal static partial void duckdb_table_function_set_init(nint function, delegate* unmanaged[Cdecl]<nint, void> init);

    [LibraryImport(Library)]
    internal static partial void duckdb_table_function_set_function(nint function, delegate* unmanaged[Cdecl]<nint, nint, void> fill);

    [LibraryImport(Library)]
    internal static partial void duckdb_table_function_supports_projection_pushdown(nint function, byte pushdown);

    [LibraryImport(Library)]
    internal static partial int duckdb_register_table_function(DuckDbConnectionHandle connection, nint function);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void duckdb_bind_add_result_column(nint info, string name, nint type);

    [LibraryImport(Library)]
    internal static partial nint duckdb_bind_get_parameter(nint info, ulong index);

    [LibraryImport(Library)]
    internal static partial void duckdb_bind_set_bind_data(nint info, nint data, delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void duckdb_bind_set_error(nint info, string error);

    [LibraryImport(Library)]
    internal static partial byte duckdb_is_null_value(nint value);

    [LibraryImport(Library)]
    internal static partial long duckdb_get_int64(nint value);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_value(nint* value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_init_get_bind_data(nint info);

    [LibraryImport(Library)]
    internal static partial void duckdb_init_set_init_data(nint info, nint data, delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_init_get_column_count(nint info);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_init_get_column_index(nint info, ulong column);

    [LibraryImport(Library)]
    internal static partial void duckdb_init_set_max_threads(nint info, ulong count);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void duckdb_init_set_error(nint info, string error);

    [LibraryImport(Library)]
    internal static partial nint duckdb_function_get_init_data(nint info);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void duckdb_function_set_error(nint info, string error);
}
