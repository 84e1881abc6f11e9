namespace HybridStore.Hot;

/// <summary>Which index a day of hot rows gets, after they are loaded.</summary>
public enum HotIndex
{
    /// <summary>B-tree by symbol and time; by time alone while a day holds one symbol only.</summary>
    Btree,

    /// <summary>Block ranges by time: tiny, and good enough for scans of hours.</summary>
    Brin,

    /// <summary>None.</summary>
    None,
}
