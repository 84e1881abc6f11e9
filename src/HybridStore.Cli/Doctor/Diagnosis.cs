namespace HybridStore.Cli.Doctor;

/// <summary>What <c>hybrid doctor</c> found.</summary>
/// <param name="Status">The worst of all.</param>
/// <param name="Store">The store's folder.</param>
/// <param name="Checks">In the order of looking.</param>
internal sealed record Diagnosis(FindingStatus Status, string Store, IReadOnlyList<Finding> Checks);
