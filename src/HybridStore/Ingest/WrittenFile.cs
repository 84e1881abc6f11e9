using HybridStore.Lake;

namespace HybridStore.Ingest;

/// <summary>A Parquet file that DuckDB has written.</summary>
/// <param name="Path">Where.</param>
/// <param name="RowCount">Its rows, as DuckDB counted them.</param>
/// <param name="Statistics">By column.</param>
internal sealed record WrittenFile(string Path, long RowCount, IReadOnlyList<ColumnStatistics> Statistics);
