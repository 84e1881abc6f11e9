using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Derive;

/// <summary>What of a source is to be computed anew.</summary>
/// <param name="IsAll">Whether it is everything.</param>
/// <param name="Changes">Otherwise the symbols and days whose result may have changed; a null symbol stands for all.</param>
internal sealed record DeriveWork(bool IsAll, IReadOnlyList<(string? Symbol, DateRange Days)> Changes)
{
    /// <summary>Everything.</summary>
    internal static DeriveWork All(LakeSnapshot source, int daysBefore) => new(true, Reach(source.Files.Select(file => (file.Symbol, file.Days)), daysBefore, byDay: true));

    /// <summary>What changed.</summary>
    /// <param name="changes">The source's partitions.</param>
    /// <param name="daysBefore">How many days before a day matter to it.</param>
    /// <param name="byDay">Whether one symbol's change touches the others of its day.</param>
    internal static DeriveWork Of(IReadOnlyList<PartitionChange> changes, int daysBefore, bool byDay) => new(false, Reach(changes.Select(change => (change.Symbol, change.Days)), daysBefore, byDay));

    /// <summary>The derived partitions' days to look at, in order.</summary>
    /// <param name="layout">The derived dataset's.</param>
    /// <param name="old">The derived dataset as it is, if there is one.</param>
    internal IEnumerable<DateRange> Ranges(Partitioning layout, LakeSnapshot? old)
    {
        var ranges = new HashSet<DateRange>();
        foreach (var (_, days) in Changes)
        {
            for (var range = layout.DaysOf(days.From); ; range = layout.DaysOf(range.To.AddDays(1)))
            {
                ranges.Add(range);
                if (range.To >= days.To) break;
            }
        }

        if (IsAll && old is not null) ranges.UnionWith(old.Files.Select(file => file.Days));
        return ranges.OrderBy(range => range.From);
    }

    /// <summary>The part that lies in some days.</summary>
    internal DeriveWork In(DateRange range) => this with
    {
        Changes = [.. Changes.Where(change => change.Days.Overlaps(range))
            .Select(change => (change.Symbol, new DateRange(change.Days.From > range.From ? change.Days.From : range.From, change.Days.To < range.To ? change.Days.To : range.To)))],
    };

    /// <summary>Whether rows of a file, of the source or of the derived dataset, belong to it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="daysBefore">How many days before a day matter.</param>
    internal bool Touches(DataFile file, int daysBefore = 0) => Changes.Any(change =>
        (change.Symbol is null || file.Symbol is null || change.Symbol == file.Symbol)
        && change.Days.Widened(daysBefore, 0).Overlaps(file.Days));

    private static List<(string? Symbol, DateRange Days)> Reach(IEnumerable<(string? Symbol, DateRange Days)> partitions, int daysBefore, bool byDay) =>
        [.. partitions.Select(partition => (byDay ? null : partition.Symbol, partition.Days.Widened(0, daysBefore))).Distinct()];
}
