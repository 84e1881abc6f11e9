namespace HybridStore.Query.Export;

/// <summary>The kinds of file that an export writes.</summary>
public enum ExportFormat
{
    /// <summary>CSV with a header, UTF-8.</summary>
    Csv,

    /// <summary>CSV, packed with gzip.</summary>
    CsvGzip,

    /// <summary>CSV, packed with zstd.</summary>
    CsvZstd,

    /// <summary>Parquet, zstd.</summary>
    Parquet,

    /// <summary>Arrow's IPC file format.</summary>
    Arrow,
}
