namespace HybridStore.Native.Zones;

/// <summary>A time during which a zone's clocks are not changed.</summary>
/// <remarks>Instants are microseconds since 1970-01-01 00:00 UTC.</remarks>
/// <param name="StartUs">The first instant; <see cref="long.MinValue"/> for no beginning.</param>
/// <param name="EndUs">The first instant behind it; <see cref="long.MaxValue"/> for no end.</param>
/// <param name="OffsetUs">Local time minus UTC.</param>
public readonly record struct ZoneInterval(long StartUs, long EndUs, long OffsetUs)
{
    /// <summary>Whether an instant is inside.</summary>
    /// <param name="timeUs">An instant.</param>
    public bool Contains(long timeUs) => timeUs >= StartUs && (timeUs < EndUs || EndUs == long.MaxValue);
}
