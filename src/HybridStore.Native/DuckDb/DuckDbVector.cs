using System.Runtime.CompilerServices;
using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>One column of a chunk: a span of values and a mask of which are present, in DuckDB's own memory.</summary>
/// <remarks>Valid as long as its chunk. Strings and blobs are read without a copy.</remarks>
public readonly unsafe ref struct DuckDbVector
{
    private readonly nint _handle;
    private readonly void* _data;
    private readonly ulong* _validity;

    internal DuckDbVector(nint handle, DuckDbTypeInfo type, int rowCount)
        : this(VectorAddress.Of(handle), type, rowCount)
    {
    }

    internal DuckDbVector(VectorAddress address, DuckDbTypeInfo type, int rowCount)
    {
        _handle = address.Handle;
        Type = type;
        RowCount = rowCount;
        _data = (void*)address.Data;
        _validity = (ulong*)address.Validity;
    }

    /// <summary>The values' type.</summary>
    public DuckDbTypeInfo Type { get; }

    /// <summary>Values in this vector.</summary>
    public int RowCount { get; }

    /// <summary>False when every value is present: then <see cref="IsNull"/> need not be asked.</summary>
    public bool MayHaveNulls => _validity is not null;

    /// <summary>One bit a row, 1 = present, in words of 64 rows; empty when every value is present.</summary>
    public ReadOnlySpan<ulong> ValidityMask => _validity is null ? [] : new ReadOnlySpan<ulong>(_validity, (RowCount + 63) / 64);

    /// <summary>Whether a value is absent.</summary>
    /// <param name="row">0 to <see cref="RowCount"/> - 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNull(int row) => _validity is not null && (_validity[row >> 6] >> (row & 63) & 1) == 0;

    /// <summary>The values as their storage type; where a value is absent, the element means nothing.</summary>
    /// <typeparam name="T">The type that <see cref="DuckDbTypeInfo.StorageId"/> is stored as.</typeparam>
    /// <exception cref="InvalidOperationException">The size of <typeparamref name="T"/> is not the storage type's.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        if (sizeof(T) != ElementBytes(Type.StorageId)) throw new InvalidOperationException($"A {Type} has {ElementBytes(Type.StorageId)} bytes a value, not {sizeof(T)}.");
        return new ReadOnlySpan<T>(_data, RowCount);
    }

    /// <summary>The bytes of a string, blob, bit string or bignum: UTF-8 for a string.</summary>
    /// <param name="row">A row that is not null.</param>
    /// <returns>A view that is valid as long as the chunk.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(int row)
    {
        // Source: duckdb.h, duckdb_string_t: up to 12 bytes stand inline after the length, more behind a pointer at 8.
        var header = (byte*)_data + (nint)row * StringHeaderBytes;
        var lengthBytes = *(int*)header;
        return new ReadOnlySpan<byte>(lengthBytes <= StringInlineBytesMax ? header + 4 : *(byte**)(header + 8), lengthBytes);
    }

    /// <summary>Where a list's or map's values stand in its child vector.</summary>
    /// <param name="row">A row that is not null.</param>
    public (int Offset, int Length) ListEntry(int row)
    {
        var entry = (ulong*)_data + (nint)row * 2;
        return ((int)entry[0], (int)entry[1]);
    }

    /// <summary>The values of a list, a map (as structs of key and value) or an array, all rows' one after the other.</summary>
    public DuckDbVector ListChild() => Type.Id switch
    {
        DuckDBType.Array => new DuckDbVector(NativeMethods.Vectors.DuckDBArrayVectorGetChild(_handle), Type.Children[0].Type, RowCount * Type.ArrayLength),
        DuckDBType.List => new DuckDbVector(NativeMethods.Vectors.DuckDBListVectorGetChild(_handle), Type.Children[0].Type, (int)NativeMethods.Vectors.DuckDBListVectorGetSize(_handle)),
        _ => throw new InvalidOperationException($"A {Type} is no list."),
    };

    /// <summary>A map's keys or values, all rows' one after the other.</summary>
    /// <param name="index">0 for the keys, 1 for the values.</param>
    public DuckDbVector MapChild(int index) => Field(NativeMethods.Vectors.DuckDBListVectorGetChild(_handle), index, Type.Children[index].Type, (int)NativeMethods.Vectors.DuckDBListVectorGetSize(_handle));

    /// <summary>A struct's field.</summary>
    /// <param name="index">Of the field, from 0.</param>
    public DuckDbVector StructChild(int index) => Field(_handle, index, Type.Children[index].Type, RowCount);

    /// <summary>A union's member; the tag of a row says which one holds its value.</summary>
    /// <param name="index">Of the member, from 0.</param>
    public DuckDbVector UnionMember(int index) => Field(_handle, index + 1, Type.Children[index].Type, RowCount);

    /// <summary>Which member of a union holds the row's value.</summary>
    /// <param name="row">A row that is not null.</param>
    public int UnionTag(int row) => ((byte*)NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.Vectors.DuckDBStructVectorGetChild(_handle, 0)))[row];

    internal const int StringHeaderBytes = 16;
    internal const int StringInlineBytesMax = 12;

    internal static int ElementBytes(DuckDBType storage) => storage switch
    {
        DuckDBType.Boolean or DuckDBType.TinyInt or DuckDBType.UnsignedTinyInt => 1,
        DuckDBType.SmallInt or DuckDBType.UnsignedSmallInt => 2,
        DuckDBType.Integer or DuckDBType.UnsignedInteger or DuckDBType.Float or DuckDBType.Date => 4,
        DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.Uuid or DuckDBType.Interval or DuckDBType.Varchar or DuckDBType.Blob
            or DuckDBType.Bit or DuckDBType.VarInt or DuckDBType.List or DuckDBType.Map => 16,
        DuckDBType.Struct or DuckDBType.Union or DuckDBType.Array => 0,
        _ => 8,
    };

    private static DuckDbVector Field(nint vector, int index, DuckDbTypeInfo type, int rowCount) =>
        new(NativeMethods.Vectors.DuckDBStructVectorGetChild(vector, index), type, rowCount);
}
