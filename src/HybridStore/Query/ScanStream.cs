namespace HybridStore.Query;

/// <summary>A segment's rows in time order, of which a run of one symbol at a time is taken.</summary>
/// <remarks>
/// DuckDB opens files as it comes to them, and another process may move them meanwhile, by a compaction: what cannot be opened any more
/// is looked for anew, and the rows go on where they were.
/// </remarks>
/// <param name="segment">What is read.</param>
/// <param name="open">Opens the segment's rows from a row on: the time in microseconds first, never null.</param>
/// <param name="sorter">What puts the rows of several symbols in order, and knows their symbols; null where the statement does both.</param>
internal sealed class ScanStream(ScanSegment segment, Func<long, QueryReader> open, RowSorter? sorter) : IDisposable
{
    /// <summary>Each time a later commit may have moved files again.</summary>
    private const int ReopeningsMax = 10;

    private long _finishedRows;
    private int _rowCount;
    private int _reopenings;

    /// <summary>Where the run, or the next one, begins in the chunk.</summary>
    internal int Row { get; private set; }

    internal int RunLength { get; private set; }

    internal long TimeUs { get; private set; }

    /// <summary>The symbol of the row to come.</summary>
    internal int SymbolIndex { get; private set; }

    internal QueryReader Reader { get; private set; } = open(0);

    /// <summary>Makes sure that there is a row, and reads its time and symbol.</summary>
    internal bool TryMoveToRow()
    {
        if (Row == _rowCount && !ReadChunk()) return false;
        TimeUs = Reader.Chunk.Column(0).Values<long>()[Row];
        SymbolIndex = segment.SymbolIndex ?? (int)SymbolIndexes()[Row];
        return true;
    }

    /// <summary>Takes the rows up to a time, in the chunk at hand and of one symbol.</summary>
    internal void TakeRun(long untilUs, bool includesEqual)
    {
        var end = segment.SymbolIndex is null ? EndOfSymbol() : _rowCount;
        if (untilUs != long.MaxValue)
        {
            var times = Reader.Chunk.Column(0).Values<long>()[..end];
            var limitUs = includesEqual ? untilUs : untilUs - 1;
            for (end = Row + 1; end < times.Length && times[end] <= limitUs; end++)
            {
            }
        }

        RunLength = end - Row;
    }

    internal void SkipRun()
    {
        Row += RunLength;
        RunLength = 0;
    }

    public void Dispose() => Reader.Dispose();

    private bool ReadChunk()
    {
        _finishedRows += _rowCount;
        (Row, _rowCount) = (0, 0);
        while (true)
        {
            try
            {
                if (!Reader.Read()) return false;
                _rowCount = Reader.Chunk.RowCount;
                return true;
            }
            catch (StoreException exception) when (_reopenings < ReopeningsMax && QueryErrors.IsMissingFile(exception))
            {
                _reopenings++;
                Reader.Dispose();
                Reader = open(_finishedRows);
            }
        }
    }

    private int EndOfSymbol()
    {
        var symbols = SymbolIndexes();
        var end = Row + 1;
        while (end < _rowCount && symbols[end] == SymbolIndex) end++;
        return end;
    }

    private ReadOnlySpan<long> SymbolIndexes()
    {
        if (sorter is not null) return sorter.SymbolIndexes;
        var chunk = Reader.Chunk;
        return chunk.Column(chunk.ColumnCount - 1).Values<long>();
    }
}
