using HybridStore.Lake;

namespace HybridStore.Hot;

/// <summary>The rows of one symbol on one day, as the lake has them.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Date">The partition date.</param>
/// <param name="RowCount">Its rows.</param>
/// <param name="Source">The files that hold them.</param>
internal sealed record SymbolDay(string Symbol, DateOnly Date, long RowCount, LakeFiles Source)
{
    /// <summary>Of the files: another one means that the rows may be others.</summary>
    internal long Fingerprint => Source.Fingerprint;

    /// <summary>The newest version of the lake that one of the files came with.</summary>
    internal long LakeVersion => Source.LakeVersion;

    /// <summary>The files, oldest first; they may hold other symbols and days too.</summary>
    internal IReadOnlyList<DataFile> Files => Source.Files;
}
