namespace HybridStore.Hot;

/// <summary>What keeps rows hot, weakest first.</summary>
public enum HotHoldKind
{
    /// <summary>The window: a sync evicts what has fallen out of it.</summary>
    Window,

    /// <summary>A lease, until a time.</summary>
    Leased,

    /// <summary>A pin, until it is evicted by name.</summary>
    Pinned,
}
