namespace HybridStore.Schema;

/// <summary>A column of a dataset.</summary>
/// <param name="Name">As the source spells it, folded to lower case; unique in its dataset.</param>
/// <param name="Type">What its values are stored as.</param>
public sealed record Column(string Name, ColumnType Type);
