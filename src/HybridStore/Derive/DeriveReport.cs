namespace HybridStore.Derive;

/// <summary>What was done for a derived dataset.</summary>
/// <param name="Dataset">The derived one.</param>
/// <param name="Source">What it is computed from.</param>
/// <param name="Status">What became of it.</param>
/// <param name="SourceVersion">The version of the source that it now agrees with; null when it failed.</param>
/// <param name="Version">Its own version; null when there is none.</param>
/// <param name="PartitionsChanged">The source's partitions (symbol-days in the layout symbol/date) that were looked at because their rows had changed.</param>
/// <param name="RowsWritten">Rows in the files that were written.</param>
/// <param name="FilesWritten">Files that were written.</param>
/// <param name="FilesRemoved">Files that they replace.</param>
/// <param name="Seconds">The time it took.</param>
/// <param name="Message">Why it failed; null otherwise.</param>
public sealed record DeriveReport(
    string Dataset, string Source, DeriveStatus Status, long? SourceVersion, long? Version, int PartitionsChanged, long RowsWritten, int FilesWritten, int FilesRemoved, double Seconds, string? Message = null);
