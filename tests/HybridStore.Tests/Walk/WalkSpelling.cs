namespace HybridStore.Tests.Walk;

/// <summary>How a source spells instants.</summary>
internal enum WalkSpelling
{
    /// <summary>In UTC.</summary>
    Utc,

    /// <summary>With the offset of the dataset's zone.</summary>
    Offset,

    /// <summary>As the zone's clocks say, without an offset.</summary>
    Local,
}
