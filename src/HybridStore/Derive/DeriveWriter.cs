using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Derive;

/// <summary>Writes the partitions of a derived dataset that have to be written anew.</summary>
internal sealed class DeriveWriter(LakeTransaction transaction, DeriveEngine engine, Dataset dataset, LakeSnapshot? old)
{
    private readonly bool _isNewLayout = old is not null && old.Dataset.Partitioning != dataset.Partitioning;
    private long _rows;
    private int _files;
    private int _removed;

    /// <summary>Computes and writes; the transaction is still to be committed.</summary>
    /// <param name="work">What.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    internal (long Rows, int Files, int Removed) Run(DeriveWork work, CancellationToken cancellationToken)
    {
        if (work.IsAll) foreach (var file in old?.Files ?? []) Remove(file);
        foreach (var range in work.Ranges(dataset.Partitioning, _isNewLayout ? null : old)) WriteRange(work.In(range), range, cancellationToken);
        return (_rows, _files, _removed);
    }

    private void WriteRange(DeriveWork work, DateRange range, CancellationToken cancellationToken)
    {
        var symbols = engine.Compute(dataset, work, cancellationToken).ToHashSet();
        var replaced = work.IsAll ? [] : (old?.Files ?? []).Where(file => file.Days == range && (work.Touches(file) || symbols.Contains(file.Symbol))).ToList();
        foreach (var symbol in symbols.Union(replaced.Select(file => file.Symbol)).Order(StringComparer.Ordinal))
        {
            // Rows of other days, or of other symbols, that share the partition are taken over from its files.
            var files = replaced.Where(file => file.Symbol == symbol).ToList();
            transaction.DependOn(symbol, range);
            var target = transaction.Stage(symbol, range);
            var (rowCount, statistics) = engine.Write(dataset, target, [.. files.Select(file => old!.Locate(file))], work.IsAll, cancellationToken);
            foreach (var file in files) Remove(file);
            if (rowCount == 0) continue;
            transaction.Add(target, rowCount, statistics);
            _rows += rowCount;
            _files++;
        }
    }

    private void Remove(DataFile file)
    {
        transaction.Remove(file);
        _removed++;
    }
}
