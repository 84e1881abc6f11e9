namespace HybridStore.Benchmarks.Query;

/// <summary>A question of the workload.</summary>
/// <param name="Name">What it asks.</param>
/// <param name="Sql">The same text for both sides; its rows come in one order.</param>
internal sealed record WorkloadQuery(string Name, string Sql);
