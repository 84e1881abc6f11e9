using System.Runtime.InteropServices;

namespace HybridStore.Native.Csv.Structure;

/// <summary>Where the next records' fields end, as far as the window holds them.</summary>
/// <remarks>
/// Only records of the expected number of fields are sure to be indexed right. At anything else the index may stop; then the reader looks
/// at the next record itself and tells the index where to go on.
/// </remarks>
internal sealed unsafe class RecordIndex : IDisposable
{
    private const int RowsAheadMin = 8;
    private const int RowsAheadMax = 1 << 20;
    private const int SpareMarks = 2 * MarkScanner.BlockBytes;

    private readonly InputWindow _window;
    private readonly RecordSplitter _splitter;
    private readonly bool _isScalar;
    private readonly int _columnCount;
    private readonly int _marksMax;
    private MarkScanner _scanner;
    private int* _marks;
    private int _first;
    private int _count;
    private int _scanned;
    private bool _isBlocked;
    private int _rowsAhead;

    internal RecordIndex(InputWindow window, CsvDialect dialect, CsvSimd simd, int columnCount, int rowsMax)
    {
        _window = window;
        _splitter = new RecordSplitter(dialect);
        _isScalar = simd == CsvSimd.Scalar;
        _scanner = new MarkScanner(dialect, simd);
        _columnCount = columnCount;
        _marksMax = checked(rowsMax * columnCount);
        _marks = (int*)NativeMemory.AlignedAlloc((nuint)(_marksMax + SpareMarks) * sizeof(int), 64);
        Restart(0);
    }

    /// <summary>Where the next record begins in the window.</summary>
    internal int RecordStart => _marks[_first] + 1;

    /// <summary>The mark before the next record, and those that follow.</summary>
    internal int* Marks => _marks + _first;

    /// <summary>Whether a field of the next records may hold a line break.</summary>
    internal bool MayHaveLineBreaks => _scanner.LineBreakEnd > RecordStart;

    /// <summary>Looks for records until enough are known.</summary>
    /// <param name="rowsWanted">How many are enough.</param>
    /// <returns>How many there may be: fewer at the end, at a record of another shape, and where the window is nearly full.</returns>
    internal int Fill(int rowsWanted)
    {
        // What is indexed beyond a record that is not well formed may be lost: after one, looking ahead begins anew with a few records.
        rowsWanted = Math.Min(rowsWanted, _rowsAhead);
        _rowsAhead = Math.Min(_rowsAhead * 2, RowsAheadMax);
        var known = (_count - _first) / _columnCount;
        if (known >= rowsWanted) return rowsWanted;
        MoveToFront();
        while (known < rowsWanted && !_isBlocked)
        {
            if (!TryIndex(rowsWanted))
            {
                // What is known can be used first: waiting for more would only make the window grow.
                if (known > 0 && _window.End - RecordStart > _window.End / 2) break;
                if (!TryRefill()) break;
            }

            known = _count / _columnCount;
        }

        return Math.Min(known, rowsWanted);
    }

    /// <summary>Reads on, and keeps what begins with the next record.</summary>
    internal bool TryRefill()
    {
        var shift = RecordStart;
        if (!_window.TryFill(shift)) return false;
        for (var mark = _first; mark <= _count; mark++) _marks[mark] -= shift;
        _scanned -= shift;
        _scanner.LineBreakEnd -= Math.Min(shift, _scanner.LineBreakEnd);
        return true;
    }

    /// <summary>Goes on behind records that were used.</summary>
    internal void Advance(int rowCount) => _first += rowCount * _columnCount;

    /// <summary>Goes on at an offset of the window, where a record begins.</summary>
    internal void SkipTo(int recordStart)
    {
        var mark = _first;
        while (mark < _count && _marks[mark] + 1 < recordStart) mark++;
        // A mark right before it means that it is no part of a quoted field, so that all marks behind it are right.
        if (_marks[mark] + 1 == recordStart) _first = mark;
        else Restart(recordStart);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_marks);
        _marks = null;
    }

    private void Restart(int recordStart)
    {
        _first = 0;
        _count = 0;
        _marks[0] = recordStart - 1;
        _scanned = recordStart;
        _isBlocked = false;
        _rowsAhead = RowsAheadMin;
        _scanner.Restart();
    }

    private void MoveToFront()
    {
        if (_first == 0) return;
        new ReadOnlySpan<int>(_marks + _first, _count - _first + 1).CopyTo(new Span<int>(_marks, _marksMax + SpareMarks));
        _count -= _first;
        _first = 0;
    }

    /// <returns>False when the window holds nothing further to index.</returns>
    private bool TryIndex(int rowsWanted)
    {
        if (_isScalar) return TrySplitNext();
        var until = _window.AtEnd ? _window.End : _window.End - (MarkScanner.BlockBytes - 1);
        if (_scanned >= until) return false;
        _scanned = _scanner.Scan(_window.Data, _scanned, until, _marks + 1 + _count, rowsWanted * _columnCount - _count, out var found);
        _count += found;
        return !_scanner.IsStopped || TrySplitStopped();
    }

    /// <summary>Goes on record by record from the one that the scanner stopped in, until the block where it stopped is done.</summary>
    private bool TrySplitStopped()
    {
        var blockEnd = Math.Min(_scanned + MarkScanner.BlockBytes, _window.End);
        while (_count > 0 && _window.Data[_marks[_count]] != '\n') _count--;
        _scanned = _marks[_count] + 1;
        _scanner.Restart();
        while (_scanned < blockEnd && _count + _columnCount <= _marksMax)
        {
            if (!TrySplitNext()) return false;
            if (_isBlocked) break;
        }

        return true;
    }

    /// <returns>False when the window holds no further whole record.</returns>
    private bool TrySplitNext()
    {
        if (_scanned == _window.End) return false;
        var split = _splitter.Split(_window.Data, _scanned, _window.End, _marks + 1 + _count, _columnCount);
        if (split.Outcome == SplitOutcome.Complete && split.FieldCount == _columnCount)
        {
            _count += _columnCount;
            _scanned = split.End;
            _scanner.LineBreakEnd = split.End;
            return true;
        }

        _isBlocked = split.Outcome is SplitOutcome.Complete or SplitOutcome.TextAfterQuote || _window.AtEnd;
        return _isBlocked;
    }
}
