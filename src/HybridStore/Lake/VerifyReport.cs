namespace HybridStore.Lake;

/// <summary>What a verification found.</summary>
/// <param name="Version">The version that was verified; -1 when the log could not be read.</param>
/// <param name="FilesChecked">Data files looked at.</param>
/// <param name="RowsChecked">Their rows as the log states them.</param>
/// <param name="BytesChecked">Their sizes as the log states them.</param>
/// <param name="Problems">Everything that is wrong; empty when all is well.</param>
public sealed record VerifyReport(long Version, int FilesChecked, long RowsChecked, long BytesChecked, IReadOnlyList<LakeProblem> Problems)
{
    /// <summary>What is as another program meant it, but keeps files from being written anew: nanoseconds, and trading days that are not the calendar days of their times.</summary>
    public IReadOnlyList<LakeProblem> Notes { get; init; } = [];
}
