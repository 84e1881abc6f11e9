namespace HybridStore.Ingest;

/// <summary>What happens to rows that the lake has already, or that come twice.</summary>
public enum DuplicatePolicy
{
    /// <summary>All rows are stored: exact duplicates of ticks are real.</summary>
    Keep,

    /// <summary>The row that was there first stays.</summary>
    Skip,

    /// <summary>The row that comes last replaces those of its key.</summary>
    Replace,
}
