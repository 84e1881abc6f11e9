namespace HybridStore.Ingest;

/// <summary>Watches whether the rows of a file come in order of time.</summary>
internal sealed class RowOrder
{
    /// <summary>The earliest time; <see cref="long.MaxValue"/> before the first row.</summary>
    internal long FirstUs { get; private set; } = long.MaxValue;

    /// <summary>The latest time.</summary>
    internal long LastUs { get; private set; } = long.MinValue;

    /// <summary>Whether no row so far is earlier than one before it.</summary>
    internal bool IsOrdered { get; private set; } = true;

    /// <summary>Adds a row.</summary>
    internal void Add(long timeUs)
    {
        IsOrdered &= timeUs >= LastUs;
        LastUs = Math.Max(LastUs, timeUs);
        FirstUs = Math.Min(FirstUs, timeUs);
    }

    /// <summary>Adds rows in the order in which they are written.</summary>
    internal void Add(ReadOnlySpan<long> timesUs)
    {
        var (first, last, isOrdered) = (FirstUs, LastUs, IsOrdered);
        foreach (var time in timesUs)
        {
            isOrdered &= time >= last;
            last = Math.Max(last, time);
            first = Math.Min(first, time);
        }

        (FirstUs, LastUs, IsOrdered) = (first, last, isOrdered);
    }

    /// <summary>Adds rows that follow those so far in another sense than time: by symbol.</summary>
    internal void AddAside(RowOrder other)
    {
        IsOrdered &= other.IsOrdered;
        FirstUs = Math.Min(FirstUs, other.FirstUs);
        LastUs = Math.Max(LastUs, other.LastUs);
    }
}
