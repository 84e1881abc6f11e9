namespace HybridStore.Derive;

/// <summary>What became of a derived dataset.</summary>
public enum DeriveStatus
{
    /// <summary>It was made, or computed all anew.</summary>
    Created,

    /// <summary>What changed in its source was computed anew.</summary>
    Updated,

    /// <summary>Nothing had changed.</summary>
    Unchanged,

    /// <summary>It could not be computed; it is as it was.</summary>
    Failed,
}
