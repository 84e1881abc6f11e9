using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Lays a table out in another way.</summary>
internal sealed class LakeRepartition
{
    private readonly LakeTable _table;

    internal LakeRepartition(LakeTable table) => _table = table;

    internal CommitOutcome Run(Partitioning partitioning, CancellationToken cancellationToken)
    {
        var snapshot = _table.TryLoad() ?? throw new StoreException(StoreErrorKind.Usage, "There is no dataset, and so nothing to lay out.");
        if (snapshot.Dataset.Partitioning == partitioning) throw new StoreException(StoreErrorKind.Usage, $"Dataset '{snapshot.Dataset.Name}' has that layout already.");
        using var transaction = _table.Begin(snapshot, "repartition", dataChange: false);
        transaction.SetDataset(snapshot.Dataset with { Partitioning = partitioning });
        transaction.DependOnAll();
        using (var rewriter = new LakeRewriter(transaction))
        {
            var rowCount = 0L;
            foreach (var ((symbol, days), files) in Plan(snapshot, partitioning, rewriter, cancellationToken).OrderBy(entry => entry.Key.Days.From).ThenBy(entry => entry.Key.Symbol, StringComparer.Ordinal))
            {
                List<string> sources = [.. files.Select(snapshot.Locate)];
                rowCount += rewriter.Write(
                    transaction.Stage(symbol, days), sources, $"{LakeSql.Rows(sources, transaction.Dataset)} {LakeSql.OfPartition(transaction.Dataset, symbol, days)}", cancellationToken);
            }

            var expected = snapshot.Files.Sum(file => file.RowCount);
            if (rowCount != expected)
            {
                throw new StoreException(StoreErrorKind.CorruptStore, $"{snapshot.Folder}: expected {expected} rows, found {rowCount}. Nothing was changed. Run 'hybrid verify --deep'.");
            }
        }

        foreach (var file in snapshot.Files) transaction.Remove(file);
        return transaction.Commit(new CommitDetails(), cancellationToken);
    }

    /// <summary>Which files hold rows of each new partition; files are opened only where their own partition does not tell.</summary>
    private static Dictionary<(string? Symbol, DateRange Days), List<DataFile>> Plan(
        LakeSnapshot snapshot, Partitioning partitioning, LakeRewriter rewriter, CancellationToken cancellationToken)
    {
        var plan = new Dictionary<(string? Symbol, DateRange Days), List<DataFile>>();
        foreach (var file in snapshot.Files)
        {
            var days = partitioning.DaysOf(file.Days.From);
            var known = days.Contains(file.Days.To) && (!partitioning.IsBySymbol() || snapshot.Dataset.Partitioning.IsBySymbol());
            var keys = known ? [(partitioning.IsBySymbol() ? file.Symbol : null, days)] : rewriter.PartitionsOf(snapshot.Locate(file), cancellationToken);
            foreach (var key in keys)
            {
                if (!plan.TryGetValue(key, out var files)) plan.Add(key, files = []);
                files.Add(file);
            }
        }

        return plan;
    }
}
