namespace HybridStore.Native.DuckDb;

/// <summary>A column of a result, or of a table function.</summary>
/// <remarks>A class, because code for lists of structs of one's own is compiled at every start of the program.</remarks>
/// <param name="Name">As DuckDB spells it.</param>
/// <param name="Type">Its type; a result's columns are disposed with the result.</param>
public sealed record DuckDbColumn(string Name, DuckDbTypeInfo Type);
