using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>One column of rows that are kept: copies of vectors one after the other, and some of its rows in another order.</summary>
internal sealed unsafe class KeptColumn : IDisposable
{
    private const int WordBits = 64;

    private readonly int _width;
    private readonly KeptTexts? _texts;
    private byte* _values;
    private byte* _absent;
    private bool _hasAbsent;
    private nuint _capacityRows;
    private byte* _given;
    private ulong* _givenPresent;

    /// <param name="type">Of a number, a time, a truth or a text.</param>
    internal KeptColumn(DuckDbTypeInfo type)
    {
        _width = DuckDbVector.ElementBytes(type.StorageId);
        _texts = type.Id is DuckDBType.Varchar ? new KeptTexts() : null;
        if (_width == 0 || type.Id is DuckDBType.List or DuckDBType.Map or DuckDBType.Blob or DuckDBType.Bit or DuckDBType.VarInt) throw new ArgumentException($"A {type} cannot be kept.", nameof(type));
        _given = (byte*)NativeMemory.Alloc((nuint)(DuckDbRowBuffer.GivenRowsMax * _width));
        _givenPresent = (ulong*)NativeMemory.Alloc(DuckDbRowBuffer.GivenRowsMax / 8);
    }

    internal void Begin(int rowCount)
    {
        _texts?.Clear();
        if (_hasAbsent) NativeMemory.Clear(_absent, _capacityRows);
        _hasAbsent = false;
        MakeRoom((nuint)rowCount);
    }

    /// <summary>Copies rows of a vector behind those that are kept.</summary>
    /// <param name="keptRows">How many are kept.</param>
    /// <param name="from">The vector.</param>
    /// <param name="first">Its first row that is copied.</param>
    /// <param name="count">How many are copied.</param>
    internal void Keep(int keptRows, VectorAddress from, int first, int count)
    {
        MakeRoom((nuint)(keptRows + count));
        var to = _values + (nuint)keptRows * (nuint)_width;
        NativeMemory.Copy((byte*)from.Data + (nuint)first * (nuint)_width, to, (nuint)count * (nuint)_width);
        if (from.Validity != 0) KeepAbsent(keptRows, (ulong*)from.Validity, first, count);
        if (_texts is not null) KeepTexts(keptRows, count);
    }

    /// <summary>The kept rows' values, one after the other.</summary>
    internal ReadOnlySpan<T> Values<T>(int rows)
        where T : unmanaged => sizeof(T) == _width ? new(_values, rows) : throw new InvalidOperationException($"The column has {_width} bytes a value, not {sizeof(T)}.");

    /// <summary>Brings some of the kept rows together.</summary>
    /// <returns>Where they are until the next call.</returns>
    internal VectorAddress Give(ReadOnlySpan<int> rows)
    {
        switch (_width)
        {
            case 1: Gather<byte>(rows); break;
            case 2: Gather<ushort>(rows); break;
            case 4: Gather<uint>(rows); break;
            case 8: Gather<ulong>(rows); break;
            default: Gather<UInt128>(rows); break;
        }

        if (_hasAbsent) GatherPresent(rows);
        return new VectorAddress(0, (nint)_given, _hasAbsent ? (nint)_givenPresent : 0);
    }

    public void Dispose()
    {
        NativeMemory.Free(_values);
        NativeMemory.Free(_absent);
        NativeMemory.Free(_given);
        NativeMemory.Free(_givenPresent);
        _values = _absent = _given = null;
        _givenPresent = null;
        _capacityRows = 0;
        _texts?.Dispose();
    }

    private void MakeRoom(nuint rows)
    {
        if (rows <= _capacityRows) return;
        var capacity = Math.Max(rows, _capacityRows * 2);
        _values = (byte*)NativeMemory.Realloc(_values, capacity * (nuint)_width);
        _absent = (byte*)NativeMemory.Realloc(_absent, capacity);
        NativeMemory.Clear(_absent + _capacityRows, capacity - _capacityRows);
        _capacityRows = capacity;
    }

    private void KeepAbsent(int keptRows, ulong* present, int first, int count)
    {
        var absent = _absent + keptRows;
        byte any = 0;
        for (var row = 0; row < count; row++)
        {
            var isAbsent = (byte)(~(present[(first + row) / WordBits] >> ((first + row) % WordBits)) & 1);
            absent[row] = isAbsent;
            any |= isAbsent;
        }

        _hasAbsent |= any != 0;
    }

    /// <summary>A long text's header points to it: to the copy from now on. The header of an absent one means nothing.</summary>
    private void KeepTexts(int keptRows, int count)
    {
        for (var row = keptRows; row < keptRows + count; row++)
        {
            var header = _values + (nuint)row * DuckDbVector.StringHeaderBytes;
            var bytes = *(int*)header;
            if (_absent[row] == 0 && bytes > DuckDbVector.StringInlineBytesMax) *(byte**)(header + 8) = _texts!.Keep(*(byte**)(header + 8), bytes);
        }
    }

    private void Gather<T>(ReadOnlySpan<int> rows)
        where T : unmanaged
    {
        var from = (T*)_values;
        var to = (T*)_given;
        for (var index = 0; index < rows.Length; index++) to[index] = from[rows[index]];
    }

    private void GatherPresent(ReadOnlySpan<int> rows)
    {
        for (var word = 0; word * WordBits < rows.Length; word++)
        {
            var part = rows[(word * WordBits)..Math.Min(rows.Length, (word + 1) * WordBits)];
            var present = 0UL;
            for (var bit = 0; bit < part.Length; bit++) present |= (ulong)(_absent[part[bit]] ^ 1) << bit;
            _givenPresent[word] = present;
        }
    }
}
