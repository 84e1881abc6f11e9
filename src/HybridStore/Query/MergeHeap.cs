namespace HybridStore.Query;

/// <summary>Streams by the time of their next row, then by their number: which is first, and how far before the others.</summary>
/// <remarks>A binary heap whose top is replaced in place: merging takes it away and puts it back for every run of rows.</remarks>
internal sealed class MergeHeap(int capacity)
{
    private readonly long[] _timesUs = new long[capacity];
    private readonly int[] _streams = new int[capacity];

    internal int Count { get; private set; }

    internal int First => _streams[0];

    /// <summary>Adds a stream, which comes behind those of the same time that have a smaller number.</summary>
    internal void Add(long timeUs, int stream)
    {
        var hole = Count++;
        while (hole > 0)
        {
            var parent = (hole - 1) / 2;
            if (!IsBefore(timeUs, stream, parent)) break;
            (_timesUs[hole], _streams[hole]) = (_timesUs[parent], _streams[parent]);
            hole = parent;
        }

        (_timesUs[hole], _streams[hole]) = (timeUs, stream);
    }

    /// <summary>Until when the first stream's rows come before all others.</summary>
    /// <param name="includesEqual">Whether rows of just that time still do.</param>
    internal long Limit(out bool includesEqual)
    {
        includesEqual = true;
        if (Count == 1) return long.MaxValue;
        var rival = Count > 2 && IsBefore(_timesUs[2], _streams[2], 1) ? 2 : 1;
        includesEqual = _streams[0] < _streams[rival];
        return _timesUs[rival];
    }

    /// <summary>Gives the first stream another time.</summary>
    internal void ReplaceFirst(long timeUs) => SiftDown(timeUs, _streams[0]);

    internal void RemoveFirst()
    {
        Count--;
        if (Count > 0) SiftDown(_timesUs[Count], _streams[Count]);
    }

    private void SiftDown(long timeUs, int stream)
    {
        var hole = 0;
        while (true)
        {
            var child = (2 * hole) + 1;
            if (child >= Count) break;
            if (child + 1 < Count && IsBefore(_timesUs[child + 1], _streams[child + 1], child)) child++;
            if (IsBefore(timeUs, stream, child)) break;
            (_timesUs[hole], _streams[hole]) = (_timesUs[child], _streams[child]);
            hole = child;
        }

        (_timesUs[hole], _streams[hole]) = (timeUs, stream);
    }

    private bool IsBefore(long timeUs, int stream, int index) => timeUs < _timesUs[index] || (timeUs == _timesUs[index] && stream < _streams[index]);
}
