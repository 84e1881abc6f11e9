using HybridStore.Lake;

namespace HybridStore.Ingest;

/// <summary>A Parquet file that DuckDB has written.</summary>
/// <param name="File">Where.</param>
/// <param name="Partition">Whose rows it holds.</param>
/// <param name="RowCount">Its rows, as DuckDB counted them.</param>
/// <param name="Statistics">As Delta keeps them: an ingest may hold those of hundreds of thousands of files.</param>
internal sealed record WrittenFile(StagedFile File, Partition Partition, long RowCount, byte[] Statistics);
