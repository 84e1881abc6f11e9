using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>A column of a reader's that a typed row may take a value from.</summary>
/// <param name="Name">As the result or the dataset calls it.</param>
/// <param name="Index">Among the reader's columns.</param>
/// <param name="Type">What its values are stored as.</param>
internal readonly record struct RowColumn(string Name, int Index, DuckDbTypeInfo Type);
