namespace HybridStore.Native.Csv;

/// <summary>Bytes of a file that hold whole records.</summary>
/// <param name="Start">Offset of the first byte: where a record begins, or 0.</param>
/// <param name="End">Offset behind the last byte.</param>
public readonly record struct CsvRange(long Start, long End);
