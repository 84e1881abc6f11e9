using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>A range of days to make hot.</summary>
public sealed record LoadRequest
{
    /// <summary>The symbols; null for all.</summary>
    public IReadOnlyCollection<string>? Symbols { get; init; }

    /// <summary>The days.</summary>
    public required DateRange Range { get; init; }

    /// <summary>How long they stay; what stays longer already is left so.</summary>
    public HotHold Hold { get; init; } = HotHold.Window;

    /// <summary>The index of days that are not hot yet.</summary>
    public HotIndex Index { get; init; } = HotIndex.Btree;

    /// <summary>How large all hot tables and indexes together may become; null for no limit.</summary>
    public long? BytesMax { get; init; }
}
