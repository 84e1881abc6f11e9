using HybridStore.Lake;

namespace HybridStore.Coverage;

/// <summary>Which partitions received rows on a later day than partitions of later dates.</summary>
/// <remarks>
/// Years that are ingested after the fact are not late: they come in order, or on one day. Late is what comes when its turn has passed, which is also what a restated day does.
/// </remarks>
internal sealed class LateDays
{
    private readonly HashSet<(string? Symbol, DateOnly Day)> _late = [];

    /// <param name="changes">All changes of the table, in order; null when the log does not tell.</param>
    internal LateDays(IReadOnlyList<PartitionChange>? changes)
    {
        foreach (var symbol in (changes ?? []).Where(change => change is { IsAdd: true, Time: not null, Days.DayCount: 1 }).GroupBy(change => change.Symbol))
        {
            // From the last date back, the earliest day on which rows of a later date came.
            DateOnly? earliest = null;
            foreach (var day in symbol.GroupBy(change => change.Days.From).OrderByDescending(day => day.Key))
            {
                var (first, last) = (Arrival(day.Min(change => change.Time!.Value)), Arrival(day.Max(change => change.Time!.Value)));
                if (earliest < last) _late.Add((symbol.Key, day.Key));
                if (earliest is null || first < earliest) earliest = first;
            }
        }
    }

    /// <summary>Whether a symbol's day is one of them.</summary>
    internal bool Contains(string symbol, DateOnly day) => _late.Contains((symbol, day)) || _late.Contains((null, day));

    private static DateOnly Arrival(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);
}
