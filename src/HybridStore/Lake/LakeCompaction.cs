namespace HybridStore.Lake;

/// <summary>Merges small files, some partitions a commit, so that another writer spoils little.</summary>
internal sealed class LakeCompaction
{
    private const int FilesOfCommitMax = 256;
    private const int ConflictsMax = 20;

    private readonly LakeTable _table;
    private readonly long _targetBytes;
    private readonly Dictionary<string, LakeProblem?> _foreign = new(StringComparer.Ordinal);

    internal LakeCompaction(LakeTable table, long targetBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(targetBytes, 1);
        _table = table;
        _targetBytes = targetBytes;
    }

    internal CompactReport Run(CancellationToken cancellationToken)
    {
        var report = new CompactReport(-1, 0, 0, 0, 0, 0, []);
        for (var conflicts = 0; ;)
        {
            var snapshot = _table.TryLoad() ?? throw new StoreException(StoreErrorKind.Usage, "There is no dataset, and so nothing to compact.");
            CheckForeign(snapshot, cancellationToken);
            report = report with { Version = snapshot.Version, SetApart = [.. _foreign.Values.OfType<LakeProblem>().Select(problem => $"{problem.Path}: {problem.What}")] };
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
                    report.RowCount + done.RowCount,
                    report.SetApart);
            }
            else if (++conflicts > ConflictsMax)
            {
                throw new StoreException(StoreErrorKind.Environment, $"{snapshot.Folder}: other writers changed the same files {conflicts} times. Compact when fewer are at work.");
            }
        }
    }

    /// <summary>Looks into the files of other programs: one whose rows do not fit is set apart, and does not spoil the others' compaction.</summary>
    private void CheckForeign(LakeSnapshot snapshot, CancellationToken cancellationToken)
    {
        var unknown = snapshot.Files.Where(file => file.IsForeign && !_foreign.ContainsKey(file.Path)).ToList();
        if (unknown.Count == 0) return;
        using var verifier = new DataFileVerifier(snapshot.Dataset, snapshot.Protocol.WidensTypes);
        foreach (var file in unknown)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = snapshot.Locate(file);
            _foreign[file.Path] = verifier.Check(path, file, cancellationToken) ?? verifier.FindHindrance(path, file, cancellationToken);
        }
    }

    /// <summary>Small files, and all of other programs: written anew, these have the dataset's columns, types and order.</summary>
    private bool IsDue(DataFile file) => file.IsForeign ? _foreign[file.Path] is null && file.RowCount > 0 : file.SizeBytes < _targetBytes / 2;

    private List<List<DataFile>> NextBatches(LakeSnapshot snapshot)
    {
        var batches = new List<List<DataFile>>();
        var count = 0;
        foreach (var partition in snapshot.Files.Where(IsDue).GroupBy(file => (file.Symbol, file.Days)))
        {
            foreach (var batch in Pack(partition).Where(batch => batch.Count > 1 || batch[0].IsForeign))
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
                var sources = rewriter.Sources(snapshot, batch, cancellationToken);
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
                outcome.Version, batches.Sum(batch => batch.Count), batches.Count, batches.Sum(batch => batch.Sum(file => file.SizeBytes)), bytesAfter, batches.Sum(batch => batch.Sum(file => file.RowCount)), [])
            : null;
    }
}
