namespace HybridStore.Ingest;

/// <summary>What an ingest would do to a dataset, as far as the first rows of its sources tell. Nothing was written for it.</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="IsNew">Whether the ingest would make it.</param>
/// <param name="Columns">Its columns, as it would have them afterwards.</param>
/// <param name="SymbolColumn">The column that names the instrument.</param>
/// <param name="TimeColumn">The column that orders the rows.</param>
/// <param name="TimeZone">The zone whose days are the partition dates.</param>
/// <param name="Partitioning">The layout, such as <c>symbol/date</c>.</param>
/// <param name="Notes">What the ingest would say before it begins: why this layout, changes of the schema, columns that are missing.</param>
/// <param name="Files">The sources, in order.</param>
/// <param name="RowsEstimate">About how many rows would be read.</param>
/// <param name="FilesEstimate">About how many Parquet files would be written, at least; null when the first rows do not tell.</param>
/// <param name="SampleRows">The first rows, texts by the source's columns.</param>
public sealed record IngestPreview(
    string Dataset,
    bool IsNew,
    IReadOnlyList<PreviewedColumn> Columns,
    string SymbolColumn,
    string TimeColumn,
    string TimeZone,
    string Partitioning,
    IReadOnlyList<string> Notes,
    IReadOnlyList<PreviewedFile> Files,
    long RowsEstimate,
    long? FilesEstimate,
    IReadOnlyList<IReadOnlyDictionary<string, string?>> SampleRows);

/// <summary>A column of a preview.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as SQL spells it.</param>
public sealed record PreviewedColumn(string Name, string Type);

/// <summary>A source of a preview.</summary>
/// <param name="Path">As the user named it.</param>
/// <param name="IsKnown">Whether the lake has its content already, so that it would be skipped.</param>
/// <param name="Bytes">Its size on the disk.</param>
/// <param name="RowsEstimate">About how many rows it has.</param>
/// <param name="RowsLookedAt">How many of its first rows were tried.</param>
/// <param name="RowsRejected">How many of those would go to quarantine.</param>
/// <param name="Problems">What is wrong with it, or with the first rows that would be rejected.</param>
public sealed record PreviewedFile(string Path, bool IsKnown, long Bytes, long RowsEstimate, long RowsLookedAt, long RowsRejected, IReadOnlyList<string> Problems);
