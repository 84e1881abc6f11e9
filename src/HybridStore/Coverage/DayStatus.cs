namespace HybridStore.Coverage;

/// <summary>How a symbol's day is covered; where several apply, the one that stands first here.</summary>
public enum DayStatus
{
    /// <summary>Rows are expected, and there are none.</summary>
    Missing,

    /// <summary>Fewer rows than the symbol usually has: a part may be missing.</summary>
    Thin,

    /// <summary>At least half of its rows repeat others: it may have been stored twice.</summary>
    Duplicate,

    /// <summary>Rows came on a later day than those of a later date: they were late, or restated.</summary>
    Late,

    /// <summary>Rows on a day on which the calendar expects none.</summary>
    Extra,

    /// <summary>As expected.</summary>
    Full,

    /// <summary>No rows, and none are expected.</summary>
    Closed,

    /// <summary>No rows yet: the symbol begins later.</summary>
    Before,
}
