using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A data file that is being written, invisible to readers until its transaction commits.</summary>
/// <param name="StagingFolder">An existing folder, absolute.</param>
/// <param name="Path">Where it will be: as <see cref="DataFile.Path"/>.</param>
/// <param name="Symbol">The one symbol whose rows it holds; null in time-major layouts, and for rows without a symbol.</param>
/// <param name="Days">Its partition's days.</param>
public sealed record StagedFile(string StagingFolder, string Path, string? Symbol, DateRange Days)
{
    /// <summary>Where to write it: absolute, and not there yet.</summary>
    public string StagingPath => System.IO.Path.Combine(StagingFolder, System.IO.Path.GetFileName(Path) + LakePaths.StagedSuffix);
}
