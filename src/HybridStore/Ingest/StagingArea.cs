using HybridStore.Lake;
using HybridStore.Native.Posix;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>A source's files on their way into the lake: all of them enter, or none.</summary>
internal sealed class StagingArea(LakeTransaction transaction, Dataset dataset)
{
    private const long SyncEarlyBytesMin = 1 << 18;

    private readonly Queue<WrittenFile> _kept = [];

    /// <summary>Rows of the files that will enter, or did.</summary>
    internal long RowCount { get; private set; }

    /// <summary>A file for rows of a partition.</summary>
    internal StagedFile NewFile(Partition partition) => transaction.Stage(partition.Symbol, dataset.Partitioning.DaysOf(EpochDay.ToDate(partition.Day)));

    /// <summary>The column that has one value in all rows of a partition: the symbol, where the layout splits by it.</summary>
    internal (string Column, string Value)? ConstantOf(Partition partition) => partition.Symbol is { } symbol ? (dataset.SymbolColumn, symbol) : null;

    /// <summary>Marks a file as one that enters. A large one goes to the disk now, on the thread that wrote it: then the commit, which syncs all, need not wait for it.</summary>
    internal void Keep(WrittenFile file)
    {
        var path = file.File.StagingPath;
        if (new FileInfo(path).Length >= SyncEarlyBytesMin) DurableFile.SyncFile(path);
        _kept.Enqueue(file);
        RowCount += file.RowCount;
    }

    /// <summary>The files that were kept, by partition, in the order in which they were.</summary>
    internal IEnumerable<(Partition Partition, IReadOnlyList<string> Paths)> KeptByPartition() =>
        _kept.GroupBy(file => file.Partition).Select(group => (group.Key, (IReadOnlyList<string>)[.. group.Select(file => file.File.StagingPath)]));

    /// <summary>Hands the files to the transaction, once the source is read to its end.</summary>
    internal void Enter()
    {
        while (_kept.TryDequeue(out var file)) transaction.AddDescribed(file.File, file.RowCount, file.Statistics);
    }
}
