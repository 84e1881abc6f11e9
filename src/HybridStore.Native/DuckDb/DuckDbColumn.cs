namespace HybridStore.Native.DuckDb;

/// <summary>A column of a result, or of a table function.</summary>
/// <param name="Name">As DuckDB spells it.</param>
/// <param name="Type">Its type; a result's columns are disposed with the result.</param>
public readonly record struct DuckDbColumn(string Name, DuckDbLogicalType Type);
