namespace HybridStore.Hot;

/// <summary>How long rows stay hot.</summary>
/// <param name="Kind">Until when.</param>
/// <param name="Until">The end of a lease; otherwise null.</param>
public readonly record struct HotHold(HotHoldKind Kind, DateTimeOffset? Until)
{
    /// <summary>Until the next sync finds them outside of the window.</summary>
    public static HotHold Window => new(HotHoldKind.Window, null);

    /// <summary>Until they are evicted by name.</summary>
    public static HotHold Pinned => new(HotHoldKind.Pinned, null);

    /// <summary>Until the first sync after a time that finds them outside of the window.</summary>
    /// <param name="until">The end of the lease.</param>
    public static HotHold Leased(DateTimeOffset until) => new(HotHoldKind.Leased, until);

    /// <summary>Whether a sync may evict rows that are outside of the window.</summary>
    /// <param name="now">The time of the sync.</param>
    public bool IsOver(DateTimeOffset now) => Kind == HotHoldKind.Window || (Kind == HotHoldKind.Leased && Until <= now);

    /// <summary>The longer of two holds: asking for less never shortens what was promised before.</summary>
    /// <param name="other">Another hold.</param>
    public HotHold Longer(HotHold other) => (Kind, other.Kind) switch
    {
        (HotHoldKind.Leased, HotHoldKind.Leased) => Until >= other.Until ? this : other,
        _ => Kind >= other.Kind ? this : other,
    };
}
