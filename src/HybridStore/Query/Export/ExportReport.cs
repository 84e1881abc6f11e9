namespace HybridStore.Query.Export;

/// <summary>What an export wrote.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Version">The version of the lake that was read.</param>
/// <param name="Path">The file or folder.</param>
/// <param name="Rows">Rows in all files.</param>
/// <param name="Bytes">Size of all files.</param>
/// <param name="Files">The files, by symbol when the export was split.</param>
/// <param name="Seconds">The time it took.</param>
public sealed record ExportReport(string Dataset, long Version, string Path, long Rows, long Bytes, IReadOnlyList<ExportedFile> Files, double Seconds);
