namespace HybridStore.Lake;

/// <summary>What became of a partition's rows when new ones were merged into it.</summary>
/// <param name="RowsBefore">Rows that it had.</param>
/// <param name="RowsKept">Those of them that stay.</param>
/// <param name="RowsStored">New rows that stay; the others were duplicates.</param>
public readonly record struct PartitionMerge(long RowsBefore, long RowsKept, long RowsStored);
