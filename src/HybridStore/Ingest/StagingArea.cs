using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>A source's files on their way into the lake: all of them enter, or none.</summary>
/// <remarks>Not thread-safe: one for each source; the transaction behind it is shared.</remarks>
internal sealed class StagingArea(LakeTransaction transaction, Dataset dataset, SymbolTable symbols)
{
    private readonly Dictionary<string, StagedFile> _staged = [];
    private readonly List<WrittenFile> _kept = [];

    /// <summary>Files that will enter.</summary>
    internal IReadOnlyList<WrittenFile> Kept => _kept;

    /// <summary>A path for a file of a partition.</summary>
    internal string NewPath(PartitionKey key)
    {
        var file = transaction.Stage(key.Symbol < 0 ? null : symbols.Names[key.Symbol], dataset.Partitioning.DaysOf(EpochDay.ToDate(key.Day)));
        _staged.Add(file.StagingPath, file);
        return file.StagingPath;
    }

    /// <summary>The column that has one value in all rows of a partition: the symbol, where the layout splits by it.</summary>
    internal (string Column, string Value)? ConstantOf(PartitionKey key) => key.Symbol < 0 ? null : (dataset.SymbolColumn, symbols.Names[key.Symbol]);

    /// <summary>Marks a file as one that enters.</summary>
    internal void Keep(WrittenFile file) => _kept.Add(file);

    /// <summary>Deletes a file that another has replaced.</summary>
    internal void Drop(WrittenFile file)
    {
        File.Delete(file.Path);
        _staged.Remove(file.Path);
    }

    /// <summary>Hands the files to the transaction, once the source is read to its end.</summary>
    internal void Enter()
    {
        foreach (var file in _kept) transaction.Add(_staged[file.Path], file.RowCount, file.Statistics);
    }
}
