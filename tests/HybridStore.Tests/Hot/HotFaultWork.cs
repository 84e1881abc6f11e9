namespace HybridStore.Tests.Hot;

/// <summary>What is interrupted in <see cref="HotTierFaultTests"/>.</summary>
public enum HotFaultWork
{
    /// <summary>A symbol into a day that is hot for another, one that changed, and a new day.</summary>
    Load,

    /// <summary>The same, and the new day by its pages.</summary>
    LoadByPages,

    /// <summary>A whole day, and one symbol of a day.</summary>
    Evict,

    /// <summary>A changed symbol, a new day, and one that falls out of the window.</summary>
    Sync,

    /// <summary>A symbol that the lake has lost, beside another of the day that changed.</summary>
    SyncOfLoss,
}
