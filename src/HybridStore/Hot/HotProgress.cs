namespace HybridStore.Hot;

/// <summary>How far a load is.</summary>
/// <param name="Rows">Rows sent so far.</param>
/// <param name="RowsTotal">Rows to send in all.</param>
/// <param name="Partitions">Symbol-days committed so far.</param>
/// <param name="PartitionsTotal">Symbol-days to load in all.</param>
public readonly record struct HotProgress(long Rows, long RowsTotal, int Partitions, int PartitionsTotal);
