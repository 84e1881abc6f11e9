namespace HybridStore.Hot;

/// <summary>A summary of a dataset's hot rows, kept as a table and computed day by day.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Sql">A SELECT over the dataset's table, with a column <c>date</c>.</param>
public sealed record HotSummary(string Name, string Sql);
