using NodaTime;

namespace HybridStore.Native.Zones;

/// <summary>When the clocks of a zone are changed, and what they show.</summary>
/// <remarks>
/// Times are microseconds since 1970-01-01 00:00: instants count in UTC, local times on the zone's clocks. Thread-safe.
/// A lookup costs some 50 ns: <see cref="ZoneCursor"/> is for every row.
/// </remarks>
public sealed class ZoneRules
{
    private const long MicrosecondsPerDay = 86_400_000_000;
    private const int TicksPerMicrosecond = (int)TimeSpan.TicksPerMicrosecond;

    private static readonly long FirstUs = Microseconds(Instant.MinValue);
    private static readonly long LastUs = Microseconds(Instant.MaxValue);

    private readonly DateTimeZone? _zone;

    internal ZoneRules(string id, DateTimeZone? zone) => (Id, _zone) = (id, zone);

    /// <summary>Coordinated universal time, whose clocks never change.</summary>
    public static ZoneRules Utc { get; } = new("UTC", null);

    /// <summary>The zone's IANA name.</summary>
    public string Id { get; }

    /// <summary>The time between two changes of the clocks that an instant lies in.</summary>
    /// <param name="timeUs">An instant; before and after the years that the database covers, the first and last rules go on.</param>
    public ZoneInterval IntervalAt(long timeUs)
    {
        if (_zone is null) return new ZoneInterval(long.MinValue, long.MaxValue, 0);
        var instant = Instant.FromUnixTimeTicks(Math.Clamp(timeUs, FirstUs, LastUs) * TicksPerMicrosecond);
        var interval = _zone.GetZoneInterval(instant);
        var startUs = interval.HasStart ? Microseconds(interval.Start) : long.MinValue;
        var endUs = interval.HasEnd && interval.End < Instant.MaxValue ? Microseconds(interval.End) : long.MaxValue;
        return new ZoneInterval(startUs, endUs, interval.WallOffset.Ticks / TicksPerMicrosecond);
    }

    /// <summary>What the clocks show.</summary>
    /// <param name="timeUs">An instant.</param>
    /// <returns>A local time.</returns>
    public long ToLocal(long timeUs) => timeUs + IntervalAt(timeUs).OffsetUs;

    /// <summary>The instants at which the clocks show a time: none where they skip it, several where it comes again.</summary>
    /// <param name="localUs">A local time.</param>
    /// <returns>The first and the last of them; both null for none.</returns>
    public (long? First, long? Last) InstantsOf(long localUs)
    {
        (long? First, long? Last) found = (null, null);
        var interval = IntervalAt(Earlier(localUs));
        while (true)
        {
            var timeUs = localUs - interval.OffsetUs;
            if (interval.Contains(timeUs)) found = (found.First ?? timeUs, timeUs);
            if (interval.EndUs >= Later(localUs)) return found;
            interval = IntervalAt(interval.EndUs);
        }
    }

    /// <summary>The instant of a local time, as SQL's AT TIME ZONE tells it in DuckDB and Postgres.</summary>
    /// <param name="localUs">A local time.</param>
    /// <returns>Of two instants the later one; where the clocks skip the time, as if they had not been changed yet.</returns>
    public long ToInstant(long localUs) => InstantsOf(localUs).Last ?? localUs - IntervalAt(StartOf(localUs) - 1).OffsetUs;

    /// <summary>The first instant at which the clocks show a time or a later one: of midnight, when the day begins.</summary>
    /// <param name="localUs">A local time.</param>
    public long StartOf(long localUs)
    {
        var interval = IntervalAt(Earlier(localUs));
        while (true)
        {
            var timeUs = Math.Max(interval.StartUs, localUs - interval.OffsetUs);
            if (interval.Contains(timeUs)) return timeUs;
            interval = IntervalAt(interval.EndUs);
        }
    }

    private static long Microseconds(Instant instant) => instant.ToUnixTimeTicks() / TicksPerMicrosecond;

    /// <summary>An instant before all that a local time can be: no clocks are a day off.</summary>
    private static long Earlier(long localUs) => Math.Max(localUs, long.MinValue + MicrosecondsPerDay) - MicrosecondsPerDay;

    private static long Later(long localUs) => Math.Min(localUs, long.MaxValue - MicrosecondsPerDay) + MicrosecondsPerDay;
}
