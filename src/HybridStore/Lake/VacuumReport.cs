namespace HybridStore.Lake;

/// <summary>What a vacuum deleted, or would delete.</summary>
/// <param name="Paths">The files, absolute.</param>
/// <param name="Bytes">Their sizes.</param>
/// <param name="OldestVersion">The oldest version that can still be read and restored afterwards.</param>
public sealed record VacuumReport(IReadOnlyList<string> Paths, long Bytes, long OldestVersion);
