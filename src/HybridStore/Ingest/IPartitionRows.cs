using HybridStore.Lake;
using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>Rows of one partition on their way to a file.</summary>
internal interface IPartitionRows : IDuckDbRowSource
{
    /// <summary>How they must be written so that no value changes.</summary>
    ParquetEncoding Encoding { get; }
}
