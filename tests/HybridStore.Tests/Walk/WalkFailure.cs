namespace HybridStore.Tests.Walk;

/// <summary>A walk that went wrong.</summary>
/// <param name="Steps">The steps that were taken, by number.</param>
/// <param name="Log">The commands that were run.</param>
/// <param name="Error">What was wrong after the last.</param>
internal sealed record WalkFailure(IReadOnlyList<int> Steps, IReadOnlyList<string> Log, Exception Error);
