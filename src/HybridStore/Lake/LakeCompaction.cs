namespace HybridStore.Lake;

/// <summary>Merges small files, some partitions a commit, so that another writer spoils little.</summary>
internal sealed class LakeCompaction
{
    private const int FilesOfCommitMax = 256;
    private const int ConflictsMax = 20;

    private readonly LakeTable _table;
    private readonly long _targetBytes;

    internal LakeCompaction(LakeTable table, long targetBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(targetBytes, 1);
        _table = table;
        _targetBytes = targetBytes;
    }

    internal CompactReport Run(CancellationToken cancellationToken)
    {
        var report = new CompactReport(-1, 0, 0, 0, 0, 0);
        for (var conflicts = 0; ;)
        {
            var snapshot = _table.TryLoad() ?? throw new StoreException(StoreErrorKind.Usage, "There is no dataset, and so nothing to compact.");
            report = report with { Version = snapshot.Version };
            var batches = NextBatches(snapshot);
            if (batches.Count == 0) return report;
            if (Rewrite(snapshot, batches, cancellationToken) is { } done)
            {
                report = new CompactReport(
                    done.Version,
                    report.FilesBefore + done.FilesBefore,
                    report.FilesAfter + done.FilesAfter,
                    report.BytesBefore + done.BytesBefore,
                    report.BytesAfter + done.BytesAfter,
                    report.RowCount + done.RowCount);
            }
            else if (++conflicts > ConflictsMax)
            {
                throw new StoreException(StoreErrorKind.Environment, $"{snapshot.Folder}: other writers changed the same files {conflicts} times. Compact when fewer are at work.");
            }
        }
    }

    private List<List<DataFile>> NextBatches(LakeSnapshot snapshot)
    {
        var batches = new List<List<DataFile>>();
        var count = 0;
        foreach (var partition in snapshot.Files.Where(file => file.SizeBytes < _targetBytes / 2).GroupBy(file => (file.Symbol, file.Days)))
        {
            foreach (var batch in Pack(partition).Where(batch => batch.Count > 1))
            {
                batches.Add(batch);
                count += batch.Count;
                if (count >= FilesOfCommitMax) return batches;
            }
        }

        return batches;
    }

    private IEnumerable<List<DataFile>> Pack(IEnumerable<DataFile> files)
    {
        var batch = new List<DataFile>();
        long bytes = 0;
        foreach (var file in files)
        {
            if (batch.Count > 0 && bytes + file.SizeBytes > _targetBytes)
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }

            batch.Add(file);
            bytes += file.SizeBytes;
        }

        yield return batch;
    }

    /// <returns>Null when another writer was first.</returns>
    private CompactReport? Rewrite(LakeSnapshot snapshot, List<List<DataFile>> batches, CancellationToken cancellationToken)
    {
        using var transaction = _table.Begin(snapshot, "compact", dataChange: false);
        using (var rewriter = new LakeRewriter(transaction))
        {
            foreach (var batch in batches)
            {
                var target = transaction.Stage(batch[0].Symbol, batch[0].Days);
                List<string> sources = [.. batch.Select(snapshot.Locate)];
                var rowCount = rewriter.Write(target, sources, LakeSql.Rows(sources, transaction.Dataset), cancellationToken);
                if (rowCount != batch.Sum(file => file.RowCount))
                {
                    throw new StoreException(
                        StoreErrorKind.CorruptStore,
                        $"{snapshot.Folder}/{batch[0].Path} and {batch.Count - 1} more: expected {batch.Sum(file => file.RowCount)} rows, found {rowCount}. Run 'hybrid verify --deep'.");
                }

                foreach (var file in batch) transaction.Remove(file);
            }
        }

        var bytesAfter = transaction.BytesAdded;
        var outcome = transaction.Commit(new CommitDetails(), cancellationToken);
        return outcome.Committed
            ? new CompactReport(
                outcome.Version, batches.Sum(batch => batch.Count), batches.Count, batches.Sum(batch => batch.Sum(file => file.SizeBytes)), bytesAfter, batches.Sum(batch => batch.Sum(file => file.RowCount)))
            : null;
    }
}
