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
        var isSame = snapshot.Dataset.Partitioning == partitioning;
        // Rows that move to another day are a change to whoever follows the days.
        var mayMoveDays = isSame || !snapshot.Files.All(file => FileDays.AreProven(snapshot.Dataset, file));
        using var transaction = _table.Begin(snapshot, "repartition", dataChange: mayMoveDays);
        if (!isSame) transaction.SetDataset(snapshot.Dataset with { Partitioning = partitioning });
        transaction.DependOnAll();
        using (var rewriter = new LakeRewriter(transaction))
        {
            var files = isSame ? Misplaced(snapshot, rewriter, cancellationToken) : snapshot.Files;
            Write(transaction, rewriter, snapshot, files, cancellationToken);
            foreach (var file in files) transaction.Remove(file);
        }

        return transaction.Commit(new CommitDetails(), cancellationToken);
    }

    /// <summary>The files that have a row of another partition.</summary>
    private static List<DataFile> Misplaced(LakeSnapshot snapshot, LakeRewriter rewriter, CancellationToken cancellationToken)
    {
        var dataset = snapshot.Dataset;
        var files = snapshot.Files.Where(file => !file.IsForeign && (!LiesInItsFolder(file) || HasStrangers(file))).ToList();
        if (files.Count > 0) return files;
        throw new StoreException(StoreErrorKind.Usage, $"Dataset '{dataset.Name}' has that layout already, and every row lies on its day.");

        bool HasStrangers(DataFile file) => rewriter.CountMisplaced(snapshot.Locate(file), file, cancellationToken) > 0;

        bool LiesInItsFolder(DataFile file)
        {
            var symbol = dataset.Partitioning.IsBySymbol() ? file.Symbol : null;
            return file.Path.StartsWith(PartitionPath.Folder(dataset.Partitioning, symbol, file.Days) + "/", StringComparison.Ordinal);
        }
    }

    private static void Write(
        LakeTransaction transaction,
        LakeRewriter rewriter,
        LakeSnapshot snapshot,
        IReadOnlyList<DataFile> files,
        CancellationToken cancellationToken)
    {
        var rowCount = 0L;
        var plan = Plan(snapshot, files, transaction.Dataset.Partitioning, rewriter, cancellationToken)
            .OrderBy(entry => entry.Key.Days.From).ThenBy(entry => entry.Key.Symbol, StringComparer.Ordinal);
        foreach (var ((symbol, days), partitionFiles) in plan)
        {
            var sources = rewriter.Sources(snapshot, partitionFiles, cancellationToken);
            var rows = $"{LakeSql.Rows(sources, snapshot.Dataset)} {LakeSql.OfPartition(transaction.Dataset, symbol, days)}";
            rowCount += rewriter.Write(transaction.Stage(symbol, days), sources, rows, cancellationToken);
        }

        var expected = files.Sum(file => file.RowCount);
        if (rowCount == expected) return;
        throw new StoreException(
            StoreErrorKind.CorruptStore,
            $"{snapshot.Folder}: expected {expected} rows, found {rowCount}. Nothing was changed. Run 'hybrid verify --deep'.");
    }

    /// <summary>Which files hold rows of each new partition; files are opened only where their own partition does not tell.</summary>
    private static Dictionary<(string? Symbol, DateRange Days), List<DataFile>> Plan(
        LakeSnapshot snapshot,
        IReadOnlyList<DataFile> files,
        Partitioning partitioning,
        LakeRewriter rewriter,
        CancellationToken cancellationToken)
    {
        var plan = new Dictionary<(string? Symbol, DateRange Days), List<DataFile>>();
        foreach (var file in files)
        {
            var days = partitioning.DaysOf(file.Days.From);
            var known = days.Contains(file.Days.To) && (!partitioning.IsBySymbol() || snapshot.Dataset.Partitioning.IsBySymbol())
                && FileDays.AreProven(snapshot.Dataset, file);
            var keys = known ? [(partitioning.IsBySymbol() ? file.Symbol : null, days)] : PartitionsOf(file);
            foreach (var key in keys)
            {
                if (!plan.TryGetValue(key, out var sources)) plan.Add(key, sources = []);
                sources.Add(file);
            }
        }

        return plan;

        List<(string? Symbol, DateRange Days)> PartitionsOf(DataFile file) =>
            rewriter.PartitionsOf(LakeSql.Rows(rewriter.Sources(snapshot, [file], cancellationToken), snapshot.Dataset), cancellationToken);
    }
}
