using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Makes the parts of a source's partitions the files that enter the lake: in order, and no more than needed.</summary>
internal sealed class PartitionFinisher(Dataset dataset, ParquetWriter writer, StagingArea staging, CancellationToken cancellationToken)
{
    /// <summary>Files that follow each other in time stay apart when they are large enough: merging them would only write them twice.</summary>
    private const long MergeRowsMax = 250_000;

    private readonly string[] _orderBy = dataset.Partitioning.IsBySymbol() ? [dataset.TimeColumn] : [dataset.SymbolColumn, dataset.TimeColumn];

    /// <summary>Finishes a partition.</summary>
    /// <param name="partition">Which one.</param>
    /// <param name="parts">Its parts, in the order of their rows.</param>
    internal void Finish(Partition partition, IReadOnlyList<PartitionPart> parts)
    {
        if (IsInOrder(parts) && (parts.Count == 1 || dataset.Partitioning.IsBySymbol() && parts.Sum(part => part.File.RowCount) > MergeRowsMax))
        {
            foreach (var part in parts) staging.Keep(part.File);
            return;
        }

        var sorted = writer.Sort([.. parts.Select(part => part.File.File.StagingPath)], _orderBy, partition, staging.NewFile(partition), cancellationToken);
        if (sorted.RowCount != parts.Sum(part => part.File.RowCount)) throw new InvalidOperationException($"Sorting {parts.Count} parts changed the number of rows.");
        staging.Keep(sorted);
        foreach (var part in parts) File.Delete(part.File.File.StagingPath);
    }

    private static bool IsInOrder(IReadOnlyList<PartitionPart> parts)
    {
        for (var index = 0; index < parts.Count; index++)
        {
            if (!parts[index].Order.IsOrdered || index > 0 && parts[index].Order.FirstUs < parts[index - 1].Order.LastUs) return false;
        }

        return true;
    }
}
