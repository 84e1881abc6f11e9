namespace HybridStore.Hot;

/// <summary>The index that a leaf has; stored in the books as its number.</summary>
internal enum LeafIndex
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>B-tree on symbol and time.</summary>
    SymbolTime = 1,

    /// <summary>B-tree on time, while all rows have one symbol.</summary>
    Time = 2,

    /// <summary>Block ranges of time.</summary>
    Brin = 3,

    /// <summary>What the user's own statements made.</summary>
    Own = 4,

    /// <summary>B-tree on symbol and time, and one on time.</summary>
    SymbolTimeAndTime = 5,
}
