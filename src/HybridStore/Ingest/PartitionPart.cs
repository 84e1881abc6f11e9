namespace HybridStore.Ingest;

/// <summary>A Parquet file in staging with rows of one partition from one source.</summary>
/// <param name="File">The file.</param>
/// <param name="Order">What is known of the order of its rows.</param>
internal sealed record PartitionPart(WrittenFile File, RowOrder Order);
