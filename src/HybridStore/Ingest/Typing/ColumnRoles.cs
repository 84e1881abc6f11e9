namespace HybridStore.Ingest.Typing;

/// <summary>Which columns are symbol and time.</summary>
/// <param name="Columns">All columns; the symbol column is text, and the time column a date or time.</param>
/// <param name="SymbolColumn">Null when the source has none, because the user gave the symbol another way.</param>
/// <param name="TimeColumn">The column that orders the rows.</param>
/// <param name="Reasons">Why these, as sentences to print.</param>
public sealed record ColumnRoles(IReadOnlyList<TypedColumn> Columns, string? SymbolColumn, string TimeColumn, IReadOnlyList<string> Reasons);
