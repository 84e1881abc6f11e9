namespace HybridStore.Lake;

/// <summary>What a compaction did.</summary>
/// <param name="Version">The table's version afterwards.</param>
/// <param name="FilesBefore">Files that were merged.</param>
/// <param name="FilesAfter">Files that they became.</param>
/// <param name="BytesBefore">Their sizes before.</param>
/// <param name="BytesAfter">Their sizes after.</param>
/// <param name="RowCount">Their rows.</param>
/// <param name="SetApart">Files of other programs that were left as they are because rows of theirs do not fit, each with the reason.</param>
public sealed record CompactReport(long Version, int FilesBefore, int FilesAfter, long BytesBefore, long BytesAfter, long RowCount, IReadOnlyList<string> SetApart);
