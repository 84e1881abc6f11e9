using System.Collections.Concurrent;
using HybridStore.Lake;
using HybridStore.Native.Posix;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>A source's files on their way into the lake: all of them enter, or none.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StagingArea(LakeTransaction transaction, Dataset dataset)
{
    private const long SyncEarlyBytesMin = 1 << 18;

    private readonly ConcurrentDictionary<string, (StagedFile File, Partition Partition)> _staged = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<WrittenFile> _kept = [];

    /// <summary>Files that will enter.</summary>
    internal IReadOnlyCollection<WrittenFile> Kept => _kept;

    /// <summary>A path for a file of a partition.</summary>
    internal string NewPath(Partition partition)
    {
        var file = transaction.Stage(partition.Symbol, dataset.Partitioning.DaysOf(EpochDay.ToDate(partition.Day)));
        _staged[file.StagingPath] = (file, partition);
        return file.StagingPath;
    }

    /// <summary>The column that has one value in all rows of a partition: the symbol, where the layout splits by it.</summary>
    internal (string Column, string Value)? ConstantOf(Partition partition) => partition.Symbol is { } symbol ? (dataset.SymbolColumn, symbol) : null;

    /// <summary>Marks a file as one that enters. A large one goes to the disk now, on the thread that wrote it: then the commit, which syncs all, need not wait for it.</summary>
    internal void Keep(WrittenFile file)
    {
        if (new FileInfo(file.Path).Length >= SyncEarlyBytesMin) DurableFile.SyncFile(file.Path);
        _kept.Enqueue(file);
    }

    /// <summary>Deletes a file that another has replaced.</summary>
    internal void Drop(WrittenFile file)
    {
        File.Delete(file.Path);
        _staged.TryRemove(file.Path, out _);
    }

    /// <summary>The files that were kept, by partition, in the order in which they were.</summary>
    internal IEnumerable<(Partition Partition, IReadOnlyList<string> Paths)> KeptByPartition() =>
        _kept.GroupBy(file => _staged[file.Path].Partition).Select(group => (group.Key, (IReadOnlyList<string>)[.. group.Select(file => file.Path)]));

    /// <summary>Hands the files to the transaction, once the source is read to its end.</summary>
    internal void Enter()
    {
        foreach (var file in _kept) transaction.Add(_staged[file.Path].File, file.RowCount, file.Statistics);
    }
}
