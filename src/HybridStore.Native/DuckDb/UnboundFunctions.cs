using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>The nine functions of <c>duckdb.h</c> that hybrid calls and DuckDB.NET 1.5.6.1 has no binding of.</summary>
/// <remarks>To be deleted one by one as the package gets them. Names are the header's.</remarks>
internal static unsafe partial class UnboundFunctions
{
    private const string Library = "duckdb";

    /// <summary>The header's <c>DUCKDB_STATEMENT_TYPE_VACUUM</c>: the package counts one more from there on.</summary>
    private const int FirstShiftedStatementType = 18;

    /// <summary>What a statement does.</summary>
    /// <remarks>The package's enum has a member <c>Show</c> that the header does not have, so Vacuum to Multi are one higher than DuckDB's own values.</remarks>
    internal static DuckDBStatementType StatementType(DuckDBPreparedStatement statement)
    {
        var type = duckdb_prepared_statement_type(statement);
        return (DuckDBStatementType)(type < FirstShiftedStatementType ? type : type + 1);
    }

    /// <summary>The name of a parameter, or null where there is no such parameter.</summary>
    internal static string? ParameterName(DuckDBPreparedStatement statement, int index) =>
        TakeText(duckdb_parameter_name(statement, (ulong)index));

    /// <summary>Binds UTF-8 text that may hold NUL: the package's binding ends a text there.</summary>
    internal static DuckDBState BindText(DuckDBPreparedStatement statement, int index, ReadOnlySpan<byte> text)
    {
        fixed (byte* bytes = text) return duckdb_bind_varchar_length(statement, (ulong)index, bytes, (ulong)text.Length);
    }

    /// <summary>Makes an enum type of distinct members.</summary>
    internal static DuckDBLogicalType CreateEnumType(IReadOnlyList<string> members)
    {
        var texts = members.Select(member => Marshal.StringToCoTaskMemUTF8(member)).ToArray();
        try
        {
            fixed (nint* pointers = texts) return duckdb_create_enum_type((byte**)pointers, (ulong)texts.Length);
        }
        finally
        {
            foreach (var text in texts) Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>Whether a type has an alias, such as JSON.</summary>
    internal static bool IsNamed(DuckDBLogicalType type, ReadOnlySpan<byte> alias)
    {
        var name = duckdb_logical_type_get_alias(type);
        if (name is null) return false;
        var isNamed = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).SequenceEqual(alias);
        NativeMethods.Helpers.DuckDBFree((nint)name);
        return isNamed;
    }

    /// <summary>The members of a union.</summary>
    internal static int UnionMemberCount(DuckDBLogicalType type) => (int)duckdb_union_type_member_count(type);

    /// <summary>The name of a union's member.</summary>
    internal static string UnionMemberName(DuckDBLogicalType type, int index) => TakeText(duckdb_union_type_member_name(type, (ulong)index))!;

    /// <summary>The type of a union's member.</summary>
    internal static DuckDBLogicalType UnionMemberType(DuckDBLogicalType type, int index) => duckdb_union_type_member_type(type, (ulong)index);

    /// <summary>How many threads may read a table function at a time.</summary>
    internal static void SetMaxThreads(nint initInfo, int count) => duckdb_init_set_max_threads(initInfo, (ulong)count);

    private static string? TakeText(byte* text)
    {
        var value = Marshal.PtrToStringUTF8((nint)text);
        NativeMethods.Helpers.DuckDBFree((nint)text);
        return value;
    }

    [LibraryImport(Library)]
    private static partial int duckdb_prepared_statement_type(DuckDBPreparedStatement statement);

    [LibraryImport(Library)]
    private static partial byte* duckdb_parameter_name(DuckDBPreparedStatement statement, ulong index);

    [LibraryImport(Library)]
    private static partial DuckDBState duckdb_bind_varchar_length(DuckDBPreparedStatement statement, ulong index, byte* value, ulong lengthBytes);

    [LibraryImport(Library)]
    private static partial DuckDBLogicalType duckdb_create_enum_type(byte** memberNames, ulong memberCount);

    [LibraryImport(Library)]
    private static partial byte* duckdb_logical_type_get_alias(DuckDBLogicalType type);

    [LibraryImport(Library)]
    private static partial ulong duckdb_union_type_member_count(DuckDBLogicalType type);

    [LibraryImport(Library)]
    private static partial byte* duckdb_union_type_member_name(DuckDBLogicalType type, ulong index);

    [LibraryImport(Library)]
    private static partial DuckDBLogicalType duckdb_union_type_member_type(DuckDBLogicalType type, ulong index);

    [LibraryImport(Library)]
    private static partial void duckdb_init_set_max_threads(nint info, ulong count);
}
