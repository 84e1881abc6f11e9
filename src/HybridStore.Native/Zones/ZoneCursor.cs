namespace HybridStore.Native.Zones;

/// <summary>Converts times of a zone one after the other; those between the same two changes of its clocks cost an addition.</summary>
/// <param name="rules">The zone.</param>
/// <remarks>Not thread-safe.</remarks>
public sealed class ZoneCursor(ZoneRules rules)
{
    /// <summary>So far from a change of the clocks, a local time has one instant.</summary>
    private const long MarginUs = 86_400_000_000;

    private ZoneInterval _interval = new(long.MaxValue, long.MinValue, 0);
    private long _lastLocalUs = long.MinValue;
    private long _lastStartUs = long.MinValue;

    /// <summary>The zone.</summary>
    public ZoneRules Rules => rules;

    /// <inheritdoc cref="ZoneRules.IntervalAt"/>
    public ZoneInterval IntervalAt(long timeUs)
    {
        if (!_interval.Contains(timeUs)) _interval = rules.IntervalAt(timeUs);
        return _interval;
    }

    /// <inheritdoc cref="ZoneRules.ToLocal"/>
    public long ToLocal(long timeUs) => timeUs + IntervalAt(timeUs).OffsetUs;

    /// <inheritdoc cref="ZoneRules.ToInstant"/>
    public long ToInstant(long localUs) => IsPlain(localUs, out var timeUs) ? timeUs : rules.ToInstant(localUs);

    /// <inheritdoc cref="ZoneRules.StartOf"/>
    public long StartOf(long localUs)
    {
        if (localUs == _lastLocalUs) return _lastStartUs;
        _lastLocalUs = localUs;
        return _lastStartUs = IsPlain(localUs, out var timeUs) ? timeUs : rules.StartOf(localUs);
    }

    /// <summary>Whether the clocks are not changed within a day of a local time.</summary>
    /// <param name="localUs">A local time.</param>
    /// <param name="timeUs">Then its only instant.</param>
    public bool IsPlain(long localUs, out long timeUs)
    {
        timeUs = localUs - IntervalAt(localUs).OffsetUs;
        var startsBefore = _interval.StartUs == long.MinValue || timeUs >= _interval.StartUs + MarginUs;
        var endsBehind = _interval.EndUs == long.MaxValue || timeUs < _interval.EndUs - MarginUs;
        return startsBefore && endsBehind;
    }
}
