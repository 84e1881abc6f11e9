namespace HybridStore.Lake;

/// <summary>Something in a dataset that is not as it was committed.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="What">What was expected and found.</param>
/// <param name="Remedy">What to do.</param>
public sealed record LakeProblem(string Path, string What, string Remedy);
