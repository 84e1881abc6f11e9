namespace HybridStore.Ingest;

/// <summary>A watched file that is to be ingested.</summary>
/// <param name="Path">The file.</param>
/// <param name="Stamp">As it was seen.</param>
/// <param name="IsWhole">Whether it was renamed in, and so is written whole; else others may still be adding to it.</param>
internal readonly record struct DueFile(string Path, FileStamp Stamp, bool IsWhole);
