namespace HybridStore.Schema;

/// <summary>What a dataset is computed from, and how: declared once, kept with the dataset.</summary>
/// <param name="Source">The dataset that it is computed from.</param>
/// <param name="Reduction">Which reduction, such as <c>bars</c>; null where <paramref name="Sql"/> says it.</param>
/// <param name="Every">The reduction's interval as DuckDB spells it, such as <c>5 minutes</c>; null where it takes none.</param>
/// <param name="Column">The source's column that is reduced; null where the reduction knows it.</param>
/// <param name="Count">Every how many rows one is taken; null where the reduction takes no such number.</param>
/// <param name="Sql">A SELECT over the source that is run for each day by itself; null where there is a <paramref name="Reduction"/>.</param>
public sealed record Derivation(string Source, string? Reduction = null, string? Every = null, string? Column = null, int? Count = null, string? Sql = null);
