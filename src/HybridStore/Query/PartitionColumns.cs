namespace HybridStore.Query;

/// <summary>The columns of a dataset by which its files are told apart.</summary>
[Flags]
internal enum PartitionColumns
{
    None = 0,

    /// <summary>The symbol column, or its alias.</summary>
    Symbol = 1,

    /// <summary>The partition date.</summary>
    Date = 2,

    /// <summary>The time column: its day is the partition date, give or take the zone's offset.</summary>
    Time = 4,
}
