namespace HybridStore.Lake;

/// <summary>The writers that have something in a dataset's staging folder.</summary>
/// <param name="Living">Those that are at work.</param>
/// <param name="Dead">Those that were stopped; the next write finishes or rolls back what they began.</param>
/// <param name="StagedBytes">Size of the files in staging.</param>
public sealed record LakeWriters(int Living, int Dead, long StagedBytes);
