using System.Runtime.CompilerServices;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A walk over one column's fields of a run of records, which gathers the marks of absent values.</summary>
internal unsafe ref struct FieldWalk
{
    private readonly byte* _data;
    private readonly ulong* _mask;
    private readonly int _columnCount;
    private readonly int _firstRow;
    private readonly int _endRow;
    private readonly byte _endMark;
    private readonly bool _isLast;
    private readonly byte _quote;
    private int* _mark;
    private int _row;
    private int _length;
    private byte* _start;
    private ulong _missing;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal FieldWalk(in RecordRun run, int column, ulong* mask, byte quote)
    {
        _data = run.Data;
        _mask = mask;
        _quote = quote;
        _columnCount = run.ColumnCount;
        _firstRow = run.BatchRow;
        _endRow = run.BatchRow + run.Count;
        _endMark = run.EndMark(column);
        _isLast = column == run.ColumnCount - 1;
        _mark = run.Marks + column - run.ColumnCount;
        _row = run.BatchRow - 1;
    }

    /// <summary>The batch's row of the current field.</summary>
    internal readonly int Row => _row;

    /// <summary>Where the current field begins.</summary>
    internal readonly byte* Start => _start;

    /// <summary>Bytes of the current field.</summary>
    internal readonly int Length => _length;

    /// <summary>The current field.</summary>
    internal readonly ReadOnlySpan<byte> Field => new(_start, _length);

    /// <summary>Goes to the next field.</summary>
    /// <returns>False at the end, and at a record with another number of fields.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MoveNext()
    {
        if ((_row & 63) == 63) Flush();
        if (++_row >= _endRow) return false;
        _mark += _columnCount;
        var start = _mark[0] + 1;
        var end = _mark[1];
        if (_data[end] != _endMark) return false;
        if (_isLast && end > start && _data[end - 1] == '\r') end--;
        _start = _data + start;
        _length = end - start;
        return true;
    }

    /// <summary>The current field without the quotes around it. Quotes inside of it stay: no number or time has any.</summary>
    /// <param name="start">Where its text begins.</param>
    /// <param name="length">Bytes of its text.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void Read(out byte* start, out int length)
    {
        start = _start;
        length = _length;
        if (*start != _quote || length < 2 || start[length - 1] != _quote) return;
        start++;
        length -= 2;
    }

    /// <summary>The current field without quotes and minus.</summary>
    /// <param name="start">Where the rest begins.</param>
    /// <param name="length">Bytes of the rest; more than any number has when there is a minus and no rest.</param>
    /// <returns>1 for a minus, or else 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly long ReadSigned(out byte* start, out int length)
    {
        Read(out start, out length);
        if (*start != '-' || length == 0) return 0;
        start++;
        length = length == 1 ? int.MaxValue : length - 1;
        return 1;
    }

    /// <summary>Notes whether the current field is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteMissing(bool isMissing) => _missing |= (isMissing ? 1UL : 0UL) << (_row & 63);

    /// <summary>Ends the walk at the current field.</summary>
    /// <returns>How many records were walked over.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Finish()
    {
        if (_missing != 0) Flush();
        return _row - _firstRow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Flush()
    {
        if (_row >= 0 && _missing != 0) _mask[_row >> 6] &= ~_missing;
        _missing = 0;
    }
}
