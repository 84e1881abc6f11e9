using HybridStore.Lake;

namespace HybridStore.Query;

/// <summary>Rows of a scan that one statement gives in order of time.</summary>
/// <param name="SymbolIndex">Whose rows, as an index among the symbols asked for; null when each row says so in the last column.</param>
/// <param name="Files">Where they are: every file that may hold one.</param>
internal sealed record ScanSegment(int? SymbolIndex, IReadOnlyList<DataFile> Files);
