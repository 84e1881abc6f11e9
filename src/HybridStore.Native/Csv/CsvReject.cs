namespace HybridStore.Native.Csv;

/// <summary>A row that was read and not stored.</summary>
/// <param name="Line">Number of the row's first line in the file, from 1.</param>
/// <param name="ByteOffset">Offset of the row's first byte in the file; in a compressed file, in its plain bytes.</param>
/// <param name="ByteCount">Bytes of the row, its line break included.</param>
/// <param name="Column">Index of the column that failed; -1 when the row as a whole did.</param>
/// <param name="RowText">The row without its line break, cut at the reader's limit; bytes that are no UTF-8 are shown as U+FFFD.</param>
/// <param name="FieldText">The field that failed, quotes included, cut likewise; empty when the row as a whole failed.</param>
/// <param name="Reason">Why.</param>
/// <param name="Explanation">What was expected and found, as a part of a sentence: <c>expected a decimal number, found '1,5'</c>.</param>
public sealed record CsvReject(
    long Line,
    long ByteOffset,
    long ByteCount,
    int Column,
    string RowText,
    string FieldText,
    CsvRejectReason Reason,
    string Explanation);
