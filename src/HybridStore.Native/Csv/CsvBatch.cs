using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HybridStore.Native.Csv.Values;

namespace HybridStore.Native.Csv;

/// <summary>Rows that a <see cref="CsvReader"/> read, column by column, in native memory of its own.</summary>
/// <remarks>Filled again by every read: what was taken from it is valid until then. Not thread-safe.</remarks>
public sealed unsafe class CsvBatch : IDisposable
{
    private const int MemoryBytesMax = 64 << 20;
    private const int InlineBytesMax = 12;

    private readonly CsvColumnSpec[] _columns;
    private readonly nint[] _values;
    private readonly nint[] _masks;
    private byte* _memory;

    /// <summary>Allocates a batch.</summary>
    /// <param name="columns">The columns that the reader was made with.</param>
    /// <param name="rowsMax">The most rows, a multiple of 64; fewer are held where a row is so wide that they would need more than 64 MB.</param>
    public CsvBatch(IReadOnlyList<CsvColumnSpec> columns, int rowsMax = 2048)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rowsMax % 64, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsMax, 64);
        _columns = [.. columns];
        var rowBytes = _columns.Sum(column => column.ValueBytes + 1);
        RowsMax = Math.Clamp(MemoryBytesMax / Math.Max(1, rowBytes) / 64 * 64, 64, rowsMax);
        _values = new nint[_columns.Length];
        _masks = new nint[_columns.Length];
        var maskBytes = RowsMax / 8;
        var bytes = _columns.Sum(column => (long)(column.ValueBytes * RowsMax) + (column.ValueBytes == 0 ? 0 : maskBytes));
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(64, bytes), 64);
        var next = _memory;
        for (var column = 0; column < _columns.Length; column++)
        {
            if (_columns[column].ValueBytes == 0) continue;
            _values[column] = (nint)next;
            next += _columns[column].ValueBytes * RowsMax;
            _masks[column] = (nint)next;
            next += maskBytes;
        }

        Reset();
    }

    /// <summary>The most rows that it holds.</summary>
    public int RowsMax { get; }

    /// <summary>The rows that it holds.</summary>
    public int RowCount { get; internal set; }

    /// <summary>The columns that it was made for.</summary>
    public IReadOnlyList<CsvColumnSpec> Columns => _columns;

    internal TextArena Arena { get; } = new();

    /// <summary>A column's values; where one is absent, the element means nothing.</summary>
    /// <typeparam name="T">A type of the size of <see cref="CsvColumnSpec.ValueBytes"/>.</typeparam>
    /// <param name="column">A column that is not skipped.</param>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has another size, or the column is skipped.</exception>
    public Span<T> Values<T>(int column)
        where T : unmanaged
    {
        if (sizeof(T) != _columns[column].ValueBytes) throw new ArgumentException($"A value of column '{_columns[column].Name}' has {_columns[column].ValueBytes} bytes, not {sizeof(T)}.");
        return new Span<T>((void*)_values[column], RowCount);
    }

    /// <summary>Which values are present: one bit a row, 1 = present, bits beyond the last row 1, in words of 64 rows.</summary>
    /// <param name="column">A column that is not skipped.</param>
    public Span<ulong> ValidityMask(int column) => new((void*)_masks[column], (RowCount + 63) / 64);

    /// <summary>Whether a value is absent.</summary>
    /// <param name="column">A column that is not skipped.</param>
    /// <param name="row">0 to <see cref="RowCount"/> - 1.</param>
    public bool IsNull(int column, int row) => (((ulong*)_masks[column])[row >> 6] >> (row & 63) & 1) == 0;

    /// <summary>How many values of a column are absent.</summary>
    /// <param name="column">A column that is not skipped.</param>
    public int NullCount(int column)
    {
        var count = 0;
        foreach (var word in ValidityMask(column)) count += System.Numerics.BitOperations.PopCount(~word);
        return count;
    }

    /// <summary>The bytes of a text.</summary>
    /// <param name="column">A text column.</param>
    /// <param name="row">A row whose value is present.</param>
    /// <returns>Valid UTF-8 without NUL, in the batch's memory.</returns>
    public ReadOnlySpan<byte> Bytes(int column, int row) => Bytes((byte*)_values[column] + (nint)row * 16);

    /// <summary>Where a run of equal texts ends; absent values are equal to each other.</summary>
    /// <param name="column">A text column.</param>
    /// <param name="row">The run's first row.</param>
    /// <returns>The first row behind it, at most <see cref="RowCount"/>.</returns>
    /// <remarks>About a quarter of a nanosecond a row.</remarks>
    public int SameUntil(int column, int row)
    {
        var headers = (byte*)_values[column];
        var first = Vector128.Load(headers + (nint)row * 16);
        var firstIsNull = IsNull(column, row);
        var mayHaveNulls = NullCount(column) > 0;
        var at = row + 1;
        for (; at < RowCount; at++)
        {
            if (mayHaveNulls && (firstIsNull || IsNull(column, at)))
            {
                if (firstIsNull && IsNull(column, at)) continue;
                break;
            }

            var header = headers + (nint)at * 16;
            if (Vector128.Load(header) == first) continue;
            if (*(int*)header <= InlineBytesMax || !Bytes(header).SequenceEqual(Bytes(column, row))) break;
        }

        return at;
    }

    /// <summary>Where a run of times inside a range ends; an absent time ends it.</summary>
    /// <param name="column">A timestamp column.</param>
    /// <param name="row">The first row to look at.</param>
    /// <param name="fromUs">The range's first microsecond.</param>
    /// <param name="untilUs">The microsecond behind its last.</param>
    /// <returns>The first row at or after <paramref name="row"/> that is outside, at most <see cref="RowCount"/>.</returns>
    public int WithinUntil(int column, int row, long fromUs, long untilUs)
    {
        var times = Values<long>(column);
        var mayHaveNulls = NullCount(column) > 0;
        var spanUs = (ulong)(untilUs - fromUs);
        var at = row;
        while (at < times.Length && (ulong)(times[at] - fromUs) < spanUs && !(mayHaveNulls && IsNull(column, at))) at++;
        return at;
    }

    /// <summary>Whether no value of a column is smaller than the one before it; false when one is absent.</summary>
    /// <param name="column">A timestamp, date or integer column.</param>
    public bool IsNonDecreasing(int column)
    {
        if (NullCount(column) > 0) return false;
        return _columns[column].ValueBytes == 4 ? IsNonDecreasing<int>(Values<int>(column)) : IsNonDecreasing<long>(Values<long>(column));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory == null) return;
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        Arena.Dispose();
    }

    internal byte* ValuesPointer(int column) => (byte*)_values[column];

    internal ulong* MaskPointer(int column) => (ulong*)_masks[column];

    internal void Reset()
    {
        ObjectDisposedException.ThrowIf(_memory == null, this);
        RowCount = 0;
        Arena.Clear();
        MarkPresentFrom(0);
    }

    /// <summary>Takes back the marks of absent values that were made for rows which did not come to be.</summary>
    internal void MarkPresentFrom(int row)
    {
        var word = row >> 6;
        if (word == RowsMax / 64) return;
        for (var column = 0; column < _columns.Length; column++)
        {
            if (_masks[column] == 0) continue;
            var mask = new Span<ulong>((void*)_masks[column], RowsMax / 64);
            mask[word] |= ulong.MaxValue << (row & 63);
            mask[(word + 1)..].Fill(ulong.MaxValue);
        }
    }

    /// <summary>Takes out rows from <paramref name="from"/> on, and closes the gaps.</summary>
    /// <param name="from">Rows before it stay.</param>
    /// <param name="isBad">One bit a row.</param>
    internal void Remove(int from, ReadOnlySpan<ulong> isBad)
    {
        var kept = from;
        for (var row = from; row < RowCount; row++)
        {
            if ((isBad[row >> 6] >> (row & 63) & 1) != 0) continue;
            if (kept != row) Move(row, kept);
            kept++;
        }

        RowCount = kept;
        MarkPresentFrom(kept);
    }

    internal static ReadOnlySpan<byte> Bytes(byte* header)
    {
        // Source: duckdb.h, duckdb_string_t: up to 12 bytes stand inline after the length, more behind a pointer at 8.
        var lengthBytes = *(int*)header;
        return new ReadOnlySpan<byte>(lengthBytes <= InlineBytesMax ? header + 4 : *(byte**)(header + 8), lengthBytes);
    }

    private static bool IsNonDecreasing<T>(ReadOnlySpan<T> values)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (var row = 1; row < values.Length; row++)
        {
            if (values[row] < values[row - 1]) return false;
        }

        return true;
    }

    private void Move(int from, int to)
    {
        for (var column = 0; column < _columns.Length; column++)
        {
            var bytes = _columns[column].ValueBytes;
            if (bytes == 0) continue;
            var values = (byte*)_values[column];
            Unsafe.CopyBlockUnaligned(values + (nint)to * bytes, values + (nint)from * bytes, (uint)bytes);
            var mask = (ulong*)_masks[column];
            var bit = mask[from >> 6] >> (from & 63) & 1;
            mask[to >> 6] = (mask[to >> 6] & ~(1UL << (to & 63))) | (bit << (to & 63));
        }
    }
}
