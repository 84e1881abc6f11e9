using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <summary>A type with its parameters: a decimal's scale, an enum's members, a list's child, a struct's fields.</summary>
/// <remarks>Its parameters are read once, at creation; so it may be read from any thread, also after the result is gone.</remarks>
public sealed unsafe class DuckDbLogicalType : IDisposable
{
    private nint _handle;

    private DuckDbLogicalType(nint handle)
    {
        _handle = handle;
        Id = NativeMethods.duckdb_get_type_id(handle);
        StorageId = Id;
        IsJson = Id == DuckDbType.Varchar && IsNamed(handle, "JSON"u8);
        switch (Id)
        {
            case DuckDbType.Decimal:
                Width = NativeMethods.duckdb_decimal_width(handle);
                Scale = NativeMethods.duckdb_decimal_scale(handle);
                StorageId = NativeMethods.duckdb_decimal_internal_type(handle);
                break;
            case DuckDbType.Enum:
                StorageId = NativeMethods.duckdb_enum_internal_type(handle);
                Members = [.. Enumerable.Range(0, (int)NativeMethods.duckdb_enum_dictionary_size(handle))
                    .Select(index => TakeText(NativeMethods.duckdb_enum_dictionary_value(handle, (ulong)index)))];
                break;
            case DuckDbType.List:
                Children = [("", Own(NativeMethods.duckdb_list_type_child_type(handle)))];
                break;
            case DuckDbType.Array:
                ArrayLength = (int)NativeMethods.duckdb_array_type_array_size(handle);
                Children = [("", Own(NativeMethods.duckdb_array_type_child_type(handle)))];
                break;
            case DuckDbType.Map:
                Children = [("key", Own(NativeMethods.duckdb_map_type_key_type(handle))), ("value", Own(NativeMethods.duckdb_map_type_value_type(handle)))];
                break;
            case DuckDbType.Struct:
                Children = [.. Enumerable.Range(0, (int)NativeMethods.duckdb_struct_type_child_count(handle))
                    .Select(index => (TakeText(NativeMethods.duckdb_struct_type_child_name(handle, (ulong)index)),
                        Own(NativeMethods.duckdb_struct_type_child_type(handle, (ulong)index))))];
                break;
            case DuckDbType.Union:
                Children = [.. Enumerable.Range(0, (int)NativeMethods.duckdb_union_type_member_count(handle))
                    .Select(index => (TakeText(NativeMethods.duckdb_union_type_member_name(handle, (ulong)index)),
                        Own(NativeMethods.duckdb_union_type_member_type(handle, (ulong)index))))];
                break;
        }
    }

    /// <summary>The type's id.</summary>
    public DuckDbType Id { get; }

    /// <summary>The id of the integer that a decimal or enum is stored as; otherwise <see cref="Id"/>.</summary>
    public DuckDbType StorageId { get; }

    /// <summary>A decimal's digits in all.</summary>
    public int Width { get; }

    /// <summary>A decimal's digits after the point.</summary>
    public int Scale { get; }

    /// <summary>An array's length.</summary>
    public int ArrayLength { get; }

    /// <summary>An enum's members by index; otherwise empty.</summary>
    public IReadOnlyList<string> Members { get; } = [];

    /// <summary>A list's or array's one child, a map's key and value, a struct's or union's fields; otherwise empty.</summary>
    public IReadOnlyList<(string Name, DuckDbLogicalType Type)> Children { get; } = [];

    /// <summary>Whether this is DuckDB's JSON: text that holds a JSON value.</summary>
    public bool IsJson { get; }

    internal nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(DuckDbLogicalType));

    /// <summary>Makes a type without parameters.</summary>
    /// <param name="id">Any type but decimal, enum and the nested ones.</param>
    public static DuckDbLogicalType Create(DuckDbType id) => Own(NativeMethods.duckdb_create_logical_type(id));

    /// <summary>Makes a decimal type.</summary>
    /// <param name="width">Digits in all, 1 to 38.</param>
    /// <param name="scale">Digits after the point, 0 to <paramref name="width"/>.</param>
    public static DuckDbLogicalType CreateDecimal(int width, int scale) => Own(NativeMethods.duckdb_create_decimal_type((byte)width, (byte)scale));

    /// <summary>Makes an enum type.</summary>
    /// <param name="members">Distinct texts; a value is stored as its index here.</param>
    public static DuckDbLogicalType CreateEnum(IReadOnlyList<string> members)
    {
        var texts = members.Select(member => Marshal.StringToCoTaskMemUTF8(member)).ToArray();
        try
        {
            fixed (nint* pointers = texts) return Own(NativeMethods.duckdb_create_enum_type((byte**)pointers, (ulong)texts.Length));
        }
        finally
        {
            foreach (var text in texts) Marshal.FreeCoTaskMem(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, child) in Children) child.Dispose();
        fixed (nint* handle = &_handle) NativeMethods.duckdb_destroy_logical_type(handle);
        _handle = 0;
    }

    /// <summary>The type as SQL spells it, such as <c>DECIMAL(18,3)</c> or <c>BIGINT[]</c>.</summary>
    public override string ToString() => Id switch
    {
        DuckDbType.Decimal => $"DECIMAL({Width},{Scale})",
        DuckDbType.List => $"{Children[0].Type}[]",
        DuckDbType.Array => $"{Children[0].Type}[{ArrayLength}]",
        DuckDbType.Map => $"MAP({Children[0].Type}, {Children[1].Type})",
        DuckDbType.Struct => $"STRUCT({string.Join(", ", Children.Select(child => $"\"{child.Name.Replace("\"", "\"\"")}\" {child.Type}"))})",
        DuckDbType.Union => $"UNION({string.Join(", ", Children.Select(child => $"\"{child.Name.Replace("\"", "\"\"")}\" {child.Type}"))})",
        DuckDbType.Varchar when IsJson => "JSON",
        DuckDbType.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        DuckDbType.TimeTz => "TIME WITH TIME ZONE",
        DuckDbType.TimestampS => "TIMESTAMP_S",
        DuckDbType.TimestampMs => "TIMESTAMP_MS",
        DuckDbType.TimestampNs => "TIMESTAMP_NS",
        DuckDbType.TimeNs => "TIME_NS",
        DuckDbType.SqlNull => "NULL",
        _ => Id.ToString().ToUpperInvariant(),
    };

    internal static DuckDbLogicalType Own(nint handle) => new(handle);

    private static bool IsNamed(nint handle, ReadOnlySpan<byte> name)
    {
        var alias = NativeMethods.duckdb_logical_type_get_alias(handle);
        if (alias is null) return false;
        var isNamed = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(alias).SequenceEqual(name);
        NativeMethods.duckdb_free(alias);
        return isNamed;
    }

    private static string TakeText(byte* text)
    {
        var value = Marshal.PtrToStringUTF8((nint)text) ?? "";
        NativeMethods.duckdb_free(text);
        return value;
    }
}
