namespace HybridStore.Ingest.Workbooks;

/// <summary>Which row of a sheet a line of its text belongs to: another number than the line's where cells hold line breaks.</summary>
/// <remarks>Thread-safe: one thread may render rows while another asks.</remarks>
internal sealed class SheetRows
{
    private readonly Lock _gate = new();
    private readonly List<(long Line, long Row)> _shifts = [];
    private long _line = 1;
    private long _row = 1;

    /// <summary>The next row was rendered.</summary>
    /// <param name="lineCount">How many lines it takes.</param>
    internal void Add(int lineCount)
    {
        lock (_gate)
        {
            _line += lineCount;
            _row++;
            if (lineCount > 1) _shifts.Add((_line, _row));
        }
    }

    /// <summary>The row, from 1, that begins at a line.</summary>
    internal long RowOf(long line)
    {
        lock (_gate)
        {
            var next = _shifts.FindLastIndex(shift => shift.Line <= line);
            return next < 0 ? line : _shifts[next].Row + line - _shifts[next].Line;
        }
    }
}
