namespace HybridStore.Tests.Hot;

/// <summary>What stands in the way in <see cref="HotTimeoutTests"/>, in a transaction that stays open.</summary>
public enum HotObstacle
{
    /// <summary>Somebody has read the table.</summary>
    Reader,

    /// <summary>Somebody builds an index on the table.</summary>
    IndexBuilder,

    /// <summary>Somebody has the books to himself.</summary>
    LockedBooks,
}
