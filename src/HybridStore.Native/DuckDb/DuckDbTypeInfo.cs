using DuckDB.NET.Native;
using Types = DuckDB.NET.Native.NativeMethods.LogicalType;

namespace HybridStore.Native.DuckDb;

/// <summary>A type with its parameters: a decimal's scale, an enum's members, a list's child, a struct's fields.</summary>
/// <remarks>Its parameters are read once, at creation; so it may be read from any thread, also after the result is gone.</remarks>
public sealed class DuckDbTypeInfo : IDisposable
{
    /// <summary>Nanoseconds since midnight (64-bit): the package's enum ends before it.</summary>
    public const DuckDBType TimeNs = (DuckDBType)39;

    private DuckDbTypeInfo(DuckDBLogicalType handle)
    {
        Handle = handle;
        Id = Types.DuckDBGetTypeId(handle);
        StorageId = Id;
        IsJson = Id == DuckDBType.Varchar && UnboundFunctions.IsNamed(handle, "JSON"u8);
        switch (Id)
        {
            case DuckDBType.Decimal:
                Width = Types.DuckDBDecimalWidth(handle);
                Scale = Types.DuckDBDecimalScale(handle);
                StorageId = Types.DuckDBDecimalInternalType(handle);
                break;
            case DuckDBType.Enum:
                StorageId = Types.DuckDBEnumInternalType(handle);
                Members = [.. Enumerable.Range(0, (int)Types.DuckDBEnumDictionarySize(handle)).Select(index => Types.DuckDBEnumDictionaryValue(handle, index))];
                break;
            case DuckDBType.List:
                Children = [("", Own(Types.DuckDBListTypeChildType(handle)))];
                break;
            case DuckDBType.Array:
                ArrayLength = (int)Types.DuckDBArrayVectorGetSize(handle);
                Children = [("", Own(Types.DuckDBArrayTypeChildType(handle)))];
                break;
            case DuckDBType.Map:
                Children = [("key", Own(Types.DuckDBMapTypeKeyType(handle))), ("value", Own(Types.DuckDBMapTypeValueType(handle)))];
                break;
            case DuckDBType.Struct:
                Children = [.. Enumerable.Range(0, (int)Types.DuckDBStructTypeChildCount(handle))
                    .Select(index => (Types.DuckDBStructTypeChildName(handle, index), Own(Types.DuckDBStructTypeChildType(handle, index))))];
                break;
            case DuckDBType.Union:
                Children = [.. Enumerable.Range(0, UnboundFunctions.UnionMemberCount(handle))
                    .Select(index => (UnboundFunctions.UnionMemberName(handle, index), Own(UnboundFunctions.UnionMemberType(handle, index))))];
                break;
        }
    }

    /// <summary>The type's id.</summary>
    public DuckDBType Id { get; }

    /// <summary>The id of the integer that a decimal or enum is stored as; otherwise <see cref="Id"/>.</summary>
    public DuckDBType StorageId { get; }

    /// <summary>A decimal's digits in all.</summary>
    public int Width { get; }

    /// <summary>A decimal's digits after the point.</summary>
    public int Scale { get; }

    /// <summary>An array's length.</summary>
    public int ArrayLength { get; }

    /// <summary>An enum's members by index; otherwise empty.</summary>
    public IReadOnlyList<string> Members { get; } = [];

    /// <summary>A list's or array's one child, a map's key and value, a struct's or union's fields; otherwise empty.</summary>
    public IReadOnlyList<(string Name, DuckDbTypeInfo Type)> Children { get; } = [];

    /// <summary>Whether this is DuckDB's JSON: text that holds a JSON value.</summary>
    public bool IsJson { get; }

    internal DuckDBLogicalType Handle { get; }

    /// <summary>Makes a type without parameters.</summary>
    /// <param name="id">Any type but decimal, enum and the nested ones.</param>
    public static DuckDbTypeInfo Create(DuckDBType id) => Own(Types.DuckDBCreateLogicalType(id));

    /// <summary>Makes a decimal type.</summary>
    /// <param name="width">Digits in all, 1 to 38.</param>
    /// <param name="scale">Digits after the point, 0 to <paramref name="width"/>.</param>
    public static DuckDbTypeInfo CreateDecimal(int width, int scale) => Own(Types.DuckDBCreateDecimalType((byte)width, (byte)scale));

    /// <summary>Makes an enum type.</summary>
    /// <param name="members">Distinct texts; a value is stored as its index here.</param>
    public static DuckDbTypeInfo CreateEnum(IReadOnlyList<string> members) => Own(UnboundFunctions.CreateEnumType(members));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, child) in Children) child.Dispose();
        Handle.Dispose();
    }

    /// <summary>The type as SQL spells it, such as <c>DECIMAL(18,3)</c> or <c>BIGINT[]</c>.</summary>
    public override string ToString() => Id switch
    {
        DuckDBType.Decimal => $"DECIMAL({Width},{Scale})",
        DuckDBType.List => $"{Children[0].Type}[]",
        DuckDBType.Array => $"{Children[0].Type}[{ArrayLength}]",
        DuckDBType.Map => $"MAP({Children[0].Type}, {Children[1].Type})",
        DuckDBType.Struct => $"STRUCT({string.Join(", ", Children.Select(child => $"\"{child.Name.Replace("\"", "\"\"")}\" {child.Type}"))})",
        DuckDBType.Union => $"UNION({string.Join(", ", Children.Select(child => $"\"{child.Name.Replace("\"", "\"\"")}\" {child.Type}"))})",
        DuckDBType.Varchar when IsJson => "JSON",
        DuckDBType.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        DuckDBType.TimeTz => "TIME WITH TIME ZONE",
        DuckDBType.TimestampS => "TIMESTAMP_S",
        DuckDBType.TimestampMs => "TIMESTAMP_MS",
        DuckDBType.TimestampNs => "TIMESTAMP_NS",
        TimeNs => "TIME_NS",
        DuckDBType.UnsignedTinyInt => "UTINYINT",
        DuckDBType.UnsignedSmallInt => "USMALLINT",
        DuckDBType.UnsignedInteger => "UINTEGER",
        DuckDBType.UnsignedBigInt => "UBIGINT",
        DuckDBType.UnsignedHugeInt => "UHUGEINT",
        DuckDBType.VarInt => "BIGNUM",
        DuckDBType.SqlNull => "NULL",
        _ => Id.ToString().ToUpperInvariant(),
    };

    internal static DuckDbTypeInfo Own(DuckDBLogicalType handle) => new(handle);
}
