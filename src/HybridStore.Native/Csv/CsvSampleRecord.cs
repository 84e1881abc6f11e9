namespace HybridStore.Native.Csv;

/// <summary>A record of a sample.</summary>
/// <param name="Line">Its first line in the sample, from 1.</param>
/// <param name="Fields">Texts without quotes; null for an empty field without quotes. Empty when the record is not well formed.</param>
/// <param name="IsWellFormed">False for a line with a stray quote.</param>
public sealed record CsvSampleRecord(int Line, IReadOnlyList<string?> Fields, bool IsWellFormed);
