using HybridStore.Lake;

namespace HybridStore.Hot;

/// <summary>The rows of one symbol on one day, as the lake has them.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Date">The partition date.</param>
/// <param name="RowCount">Its rows.</param>
/// <param name="Fingerprint">Of the files that hold them: another one means that the rows may be others.</param>
/// <param name="LakeVersion">The newest version of the lake that one of the files came with.</param>
/// <param name="Files">The files, oldest first; they may hold other symbols and days too.</param>
internal sealed record SymbolDay(string Symbol, DateOnly Date, long RowCount, long Fingerprint, long LakeVersion, IReadOnlyList<DataFile> Files);
