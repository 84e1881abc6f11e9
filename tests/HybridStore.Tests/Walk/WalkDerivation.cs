namespace HybridStore.Tests.Walk;

/// <summary>How a dataset is computed from another.</summary>
/// <param name="Source">The other.</param>
/// <param name="Columns">Its columns beside symbol and time.</param>
/// <param name="Compute">The model of it: the rows of the derived dataset, from what the source holds.</param>
/// <param name="Sql">The query.</param>
internal sealed record WalkDerivation(
    WalkTable Source, IReadOnlyList<string> Columns, Func<WalkDataset, WalkState, IEnumerable<WalkRow>> Compute, string Sql);
