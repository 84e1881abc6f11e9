using HybridStore.Lake;
using HybridStore.Native.Zones;
using HybridStore.Schema;

namespace HybridStore.Cli.Doctor;

/// <summary>A zone of the store's datasets, and the hours in which they have rows.</summary>
/// <param name="Rules">The zone.</param>
/// <param name="Days">From the day before the first row's to the day behind the last one's.</param>
internal sealed record ZoneSpan(ZoneRules Rules, DateRange Days)
{
    private const long MicrosecondsPerHour = 3_600_000_000;
    private const int HoursPerDay = 24;

    /// <summary>Before 1900 few databases agree; a year 9999 is no time at which something was measured.</summary>
    private static readonly DateRange Known = new(new DateOnly(1900, 1, 1), new DateOnly(2100, 12, 31));

    /// <summary>How many hours.</summary>
    internal int HourCount => Days.DayCount * HoursPerDay;

    /// <summary>The start of an hour, in microseconds since 1970-01-01 00:00 UTC.</summary>
    internal long HourUs(int hour) => EpochDay.Of(Days.From) * HoursPerDay * MicrosecondsPerHour + hour * MicrosecondsPerHour;

    /// <summary>The zones of a store's datasets, but for UTC and for datasets without rows.</summary>
    internal static IReadOnlyList<ZoneSpan> Of(StorePaths paths)
    {
        var spans = new SortedDictionary<string, ZoneSpan>(StringComparer.Ordinal);
        foreach (var name in Directory.Exists(paths.Lake) ? LakeTable.Datasets(paths) : [])
        {
            if (TryLoad(paths, name) is not { Files.Count: > 0 } snapshot) continue;
            if (ZoneDatabase.Find(snapshot.Dataset.TimeZone) is not { } rules || rules == ZoneRules.Utc) continue;
            var days = new DateRange(snapshot.Files.Min(file => file.Days.From), snapshot.Files.Max(file => file.Days.To));
            if (spans.TryGetValue(rules.Id, out var other)) days = Union(days, other.Days);
            spans[rules.Id] = new ZoneSpan(rules, days);
        }

        return [.. spans.Values.Where(span => span.Days.Overlaps(Known)).Select(span => span with { Days = Cut(span.Days.Widened(1, 1)) })];
    }

    /// <summary>The first day on which another database has other clocks.</summary>
    /// <param name="offsetsUs">By the hour; null where the other does not know the zone.</param>
    /// <returns>Such as <c>America/Vancouver from 2026-11-01 on</c>; null when all agrees.</returns>
    internal string? Difference(IReadOnlyList<long>? offsetsUs)
    {
        if (offsetsUs is null) return $"{Rules.Id} (not known)";
        var cursor = new ZoneCursor(Rules);
        for (var hour = 0; hour < HourCount; hour++)
        {
            var timeUs = HourUs(hour);
            if (offsetsUs[hour] != cursor.IntervalAt(timeUs).OffsetUs) return $"{Rules.Id} from {EpochDay.TryFromLocal(timeUs):O} on";
        }

        return null;
    }

    /// <summary>Doctor tells elsewhere of datasets that cannot be read.</summary>
    private static LakeSnapshot? TryLoad(StorePaths paths, string name)
    {
        try
        {
            return new LakeTable(paths.Dataset(name), TimeProvider.System).TryLoad();
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private static DateRange Union(DateRange one, DateRange other) =>
        new(one.From < other.From ? one.From : other.From, one.To > other.To ? one.To : other.To);

    private static DateRange Cut(DateRange days) =>
        new(days.From > Known.From ? days.From : Known.From, days.To < Known.To ? days.To : Known.To);
}
