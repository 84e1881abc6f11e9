using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Tells a row's partition date from its time.</summary>
/// <remarks>Remembers the day of the last row, so that rows of one day cost two comparisons. Not thread-safe.</remarks>
internal sealed class PartitionClock
{
    internal const long MicrosecondsPerDay = 86_400_000_000;
    private const long QuarterHourUs = 900_000_000;

    private readonly TimeZoneInfo? _zone;
    private long _dayStartUs = long.MaxValue;
    private long _dayEndUs = long.MinValue;
    private int _day;

    /// <param name="timeKind">The time column's type.</param>
    /// <param name="zone">The dataset's zone: only times that are instants are moved to it.</param>
    internal PartitionClock(ColumnKind timeKind, TimeZoneInfo zone) => _zone = timeKind == ColumnKind.TimestampTz ? zone : null;

    /// <summary>The partition date.</summary>
    /// <param name="timeUs">Microseconds since 1970-01-01: local, or UTC where the column is an instant.</param>
    /// <returns>Days since 1970-01-01.</returns>
    internal int DayOf(long timeUs)
    {
        if (timeUs >= _dayStartUs && timeUs < _dayEndUs) return _day;
        if (_zone is null)
        {
            _day = (int)((timeUs - (timeUs % MicrosecondsPerDay + MicrosecondsPerDay) % MicrosecondsPerDay) / MicrosecondsPerDay);
            _dayStartUs = _day * MicrosecondsPerDay;
            _dayEndUs = _dayStartUs + MicrosecondsPerDay;
            return _day;
        }

        var utc = DateTime.UnixEpoch.AddTicks(timeUs * TimeSpan.TicksPerMicrosecond);
        var local = TimeZoneInfo.ConvertTimeFromUtc(utc, _zone);
        _day = (int)Math.Floor((local.Date - DateTime.UnixEpoch).TotalDays);
        // Clocks change at whole quarters of an hour (UTC): within one, the zone's offset stands, up to local midnight.
        var quarterStartUs = timeUs - (timeUs % QuarterHourUs + QuarterHourUs) % QuarterHourUs;
        var sinceMidnightUs = local.TimeOfDay.Ticks / TimeSpan.TicksPerMicrosecond;
        var untilMidnightUs = MicrosecondsPerDay - sinceMidnightUs;
        _dayStartUs = Math.Max(quarterStartUs, timeUs - sinceMidnightUs);
        _dayEndUs = Math.Min(quarterStartUs + QuarterHourUs, timeUs + untilMidnightUs);
        return _day;
    }
}
