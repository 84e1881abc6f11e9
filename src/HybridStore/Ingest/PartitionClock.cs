using HybridStore.Native.Zones;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Tells a row's partition date from its time.</summary>
/// <remarks>Remembers the day of the last row, so that rows of one day cost two comparisons. Not thread-safe.</remarks>
internal sealed class PartitionClock
{
    internal const long MicrosecondsPerDay = 86_400_000_000;

    private readonly ZoneRules _zone;
    private long _dayStartUs = long.MaxValue;
    private long _dayEndUs = long.MinValue;
    private int _day;

    /// <param name="timeKind">The time column's type.</param>
    /// <param name="zone">The dataset's zone: only times that are instants are moved to it.</param>
    internal PartitionClock(ColumnKind timeKind, ZoneRules zone) => _zone = timeKind == ColumnKind.TimestampTz ? zone : ZoneRules.Utc;

    /// <summary>The partition date.</summary>
    /// <param name="timeUs">Microseconds since 1970-01-01: local, or UTC where the column is an instant.</param>
    /// <returns>Days since 1970-01-01.</returns>
    internal int DayOf(long timeUs)
    {
        if (timeUs >= _dayStartUs && timeUs < _dayEndUs) return _day;
        var interval = _zone.IntervalAt(timeUs);
        var localUs = timeUs + interval.OffsetUs;
        var sinceMidnightUs = (localUs % MicrosecondsPerDay + MicrosecondsPerDay) % MicrosecondsPerDay;
        _day = (int)((localUs - sinceMidnightUs) / MicrosecondsPerDay);
        _dayStartUs = Math.Max(interval.StartUs, timeUs - sinceMidnightUs);
        _dayEndUs = Math.Min(interval.EndUs, timeUs - sinceMidnightUs + MicrosecondsPerDay);
        return _day;
    }
}
