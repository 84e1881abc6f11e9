namespace HybridStore.Ingest;

/// <summary>What an ingest did to a dataset.</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="Version">The lake's version afterwards; null when the dataset does not exist.</param>
/// <param name="Files">One entry a source, in the order of their paths.</param>
/// <param name="Totals">The sums.</param>
/// <param name="Partitioning">The layout, such as <c>symbol/date</c>.</param>
/// <param name="Symbols">How many different symbols were stored.</param>
/// <param name="FirstTime">The earliest time stored, ISO 8601; null when nothing was.</param>
/// <param name="LastTime">The latest time stored.</param>
public sealed record IngestReport(
    string Dataset,
    long? Version,
    IReadOnlyList<IngestedFile> Files,
    IngestTotals Totals,
    string Partitioning,
    int Symbols,
    string? FirstTime,
    string? LastTime);

/// <summary>What became of a source.</summary>
public enum IngestStatus
{
    /// <summary>Its rows are in the lake, or in quarantine.</summary>
    Ingested,

    /// <summary>The lake knew its content already.</summary>
    Skipped,

    /// <summary>Nothing of it is in the lake.</summary>
    Failed,
}

/// <summary>A source's part of the report. Always: rows read = stored + rejected + deduplicated + filtered.</summary>
/// <param name="Path">As the user named it.</param>
/// <param name="Status">What became of it.</param>
/// <param name="RowsRead">Data rows in the source.</param>
/// <param name="RowsStored">Rows now in the lake.</param>
/// <param name="RowsRejected">Rows in quarantine.</param>
/// <param name="RowsDeduplicated">Rows that the lake or the source had already.</param>
/// <param name="RowsFiltered">Rows that the user did not want.</param>
/// <param name="BytesRead">The source's size on the disk, as far as it was read.</param>
/// <param name="Seconds">From the start of its reading to the end of its last file.</param>
/// <param name="ResumedAtLine">The first line that this run read, where an earlier one had stored those before; else null.</param>
/// <param name="Error">Why it failed; else null.</param>
public sealed record IngestedFile(
    string Path,
    IngestStatus Status,
    long RowsRead,
    long RowsStored,
    long RowsRejected,
    long RowsDeduplicated,
    long RowsFiltered,
    long BytesRead,
    double Seconds,
    long? ResumedAtLine = null,
    string? Error = null);

/// <summary>The sums over all sources.</summary>
/// <param name="RowsRead">Data rows read.</param>
/// <param name="RowsStored">Rows stored.</param>
/// <param name="RowsRejected">Rows in quarantine.</param>
/// <param name="RowsDeduplicated">Rows left out as known.</param>
/// <param name="RowsFiltered">Rows left out as not wanted.</param>
/// <param name="FilesWritten">Parquet files.</param>
/// <param name="BytesWritten">Their size.</param>
/// <param name="Seconds">The whole ingest.</param>
/// <param name="RowsPerSecond">Rows read by seconds.</param>
/// <param name="PeakMemoryBytes">The most memory that the process had.</param>
public sealed record IngestTotals(
    long RowsRead,
    long RowsStored,
    long RowsRejected,
    long RowsDeduplicated,
    long RowsFiltered,
    int FilesWritten,
    long BytesWritten,
    double Seconds,
    double RowsPerSecond,
    long PeakMemoryBytes);
