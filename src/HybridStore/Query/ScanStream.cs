using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>One symbol's rows in time order, of which a run at a time is taken.</summary>
/// <param name="reader">Its first column is the time in microseconds, never null.</param>
internal sealed class ScanStream(QueryReader reader) : IDisposable
{
    private int _rowCount;

    /// <summary>Where the run, or the next one, begins in the chunk.</summary>
    internal int Row { get; private set; }

    internal int RunLength { get; private set; }

    internal long TimeUs { get; private set; }

    internal DuckDbChunk Chunk => reader.Chunk;

    /// <summary>Makes sure that there is a row, and reads its time.</summary>
    internal bool TryMoveToRow()
    {
        if (Row == _rowCount)
        {
            if (!reader.Read()) return false;
            Row = 0;
            _rowCount = reader.Chunk.RowCount;
        }

        TimeUs = reader.Chunk.Column(0).Values<long>()[Row];
        return true;
    }

    internal void TakeRun(long untilUs, bool includesEqual)
    {
        var times = reader.Chunk.Column(0).Values<long>();
        var end = Row + 1;
        if (untilUs == long.MaxValue) end = _rowCount;
        else if (includesEqual) while (end < _rowCount && times[end] <= untilUs) end++;
        else while (end < _rowCount && times[end] < untilUs) end++;
        RunLength = end - Row;
    }

    internal void SkipRun()
    {
        Row += RunLength;
        RunLength = 0;
    }

    public void Dispose() => reader.Dispose();
}
