using System.Runtime.InteropServices;
using System.Text;
using HybridStore.Native.Zones;

namespace HybridStore.Native.Csv.Values;

/// <summary>Turns the times of a zone's clocks into instants.</summary>
/// <remarks>
/// A day on which no clock is changed, and neither on its neighbours, costs one subtraction a row. Around a change, the rows of a symbol
/// are followed: a time of the doubled hour comes first, or comes again.
/// </remarks>
internal sealed class LocalClock(ZoneRules zone)
{
    private const long MicrosecondsPerHour = 3_600_000_000;

    private readonly Dictionary<string, (long TimeUs, long StepUs)> _last = [];
    private long _plainStartUs = long.MaxValue;
    private long _plainEndUs = long.MinValue;
    private long _plainOffsetUs;

    /// <summary>An instant.</summary>
    /// <param name="localUs">Microseconds since 1970-01-01 00:00 on the zone's clocks.</param>
    /// <param name="symbol">UTF-8; whose row it is.</param>
    /// <param name="timeUs">Microseconds since 1970-01-01 00:00 UTC.</param>
    /// <returns><see cref="CsvRejectReason.NoSuchTime"/> when the clocks skip it, <see cref="CsvRejectReason.DoubledTime"/> when it comes twice and order does not help.</returns>
    internal CsvRejectReason ToInstant(long localUs, ReadOnlySpan<byte> symbol, out long timeUs)
    {
        if (localUs >= _plainStartUs && localUs < _plainEndUs)
        {
            timeUs = localUs - _plainOffsetUs;
            return CsvRejectReason.None;
        }

        var dayUs = localUs - Modulo(localUs);
        var interval = zone.IntervalAt(dayUs - TimeValue.MicrosecondsPerDay);
        if (interval.Contains(dayUs + 2 * TimeValue.MicrosecondsPerDay))
        {
            _plainStartUs = dayUs;
            _plainEndUs = dayUs + TimeValue.MicrosecondsPerDay;
            _plainOffsetUs = interval.OffsetUs;
            timeUs = localUs - _plainOffsetUs;
            return CsvRejectReason.None;
        }

        return AroundChange(localUs, symbol, out timeUs);
    }

    /// <summary>The beginning of an hour of a day that has 23, 24 or 25.</summary>
    /// <param name="hourUs">The day's midnight, and a microsecond for every hour before.</param>
    /// <param name="timeUs">Microseconds since 1970-01-01 00:00 UTC.</param>
    /// <returns><see cref="CsvRejectReason.NoSuchTime"/> when the day has fewer hours.</returns>
    internal CsvRejectReason ToHour(long hourUs, out long timeUs)
    {
        var hours = Modulo(hourUs);
        var dayUs = hourUs - hours;
        timeUs = zone.StartOf(dayUs) + hours * MicrosecondsPerHour;
        return timeUs < zone.StartOf(dayUs + TimeValue.MicrosecondsPerDay) ? CsvRejectReason.None : CsvRejectReason.NoSuchTime;
    }

    private static long Modulo(long localUs) => (localUs % TimeValue.MicrosecondsPerDay + TimeValue.MicrosecondsPerDay) % TimeValue.MicrosecondsPerDay;

    private CsvRejectReason AroundChange(long localUs, ReadOnlySpan<byte> symbol, out long timeUs)
    {
        var (first, second) = zone.InstantsOf(localUs);
        timeUs = first ?? 0;
        if (first is null) return CsvRejectReason.NoSuchTime;
        if (second == first) second = null;
        var key = Encoding.UTF8.GetString(symbol);
        // Of a symbol that begins in the doubled hour no row tells the pass, until one comes from outside of it.
        if (second is not null && !_last.ContainsKey(key)) return CsvRejectReason.DoubledTime;
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, key, out var isKnown);
        if (second is { } again)
        {
            // A time that stands twice in a row is the next pass of hourly rows; of finer rows it may be two events of one time.
            var comesAgain = last.TimeUs > timeUs || (last.TimeUs == timeUs && last.StepUs >= again - timeUs);
            if (!comesAgain && last.TimeUs == timeUs) return CsvRejectReason.DoubledTime;
            if (comesAgain && last.TimeUs > again) return CsvRejectReason.DoubledTime;
            if (comesAgain) timeUs = again;
        }

        last = (timeUs, isKnown && timeUs != last.TimeUs ? timeUs - last.TimeUs : last.StepUs);
        return CsvRejectReason.None;
    }
}
