namespace HybridStore.Query;

/// <summary>A mention of a dataset in a FROM clause.</summary>
/// <param name="DatasetName">As the statement spells it.</param>
/// <param name="Alias">The name by which columns are qualified.</param>
/// <param name="IsOpaque">Its columns are renamed, or its rows are sampled: conditions say nothing about its files.</param>
/// <param name="IsAsOfRight">Stands on the right of an as-of join.</param>
internal sealed record QueryRelation(string DatasetName, string Alias, bool IsOpaque, bool IsAsOfRight);
