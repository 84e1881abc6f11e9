using HybridStore.Lake;

namespace HybridStore.Ingest;

/// <summary>What one transaction of an ingest does: some sources, or a part of one.</summary>
/// <param name="table">The dataset's table.</param>
/// <param name="datasetFolder">Its folder.</param>
/// <param name="request">What the user wants.</param>
/// <param name="limits">Threads and memory.</param>
/// <param name="budget">How many rows may go to quarantine.</param>
/// <param name="texts">What the threads know of texts that repeat.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Told how far the work is.</param>
internal sealed class IngestStep(
    LakeTable table, string datasetFolder, IngestRequest request, IngestLimits limits, RejectBudget budget, KnownTexts texts, TimeProvider time, IngestProgress progress)
{
    /// <summary>Reads the sources and commits what they hold.</summary>
    /// <param name="draft">The dataset; when it turns out too narrow, it says so and nothing is committed.</param>
    /// <param name="snapshot">What the change is computed from; null when there is no table.</param>
    /// <param name="tasks">The sources.</param>
    /// <param name="profiles">First rows of sources that were looked at already.</param>
    /// <param name="operation">The word for it in the log.</param>
    /// <param name="commitBytes">Bytes after which a source leaves its rest for the next transaction.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What became of the sources; the commit, or null when there was nothing to commit.</returns>
    internal (IReadOnlyList<SourceOutcome> Outcomes, CommitOutcome? Commit) Run(
        DatasetDraft draft,
        LakeSnapshot? snapshot,
        IReadOnlyList<SourceTask> tasks,
        IReadOnlyDictionary<SourceFile, SourceProfile> profiles,
        string operation,
        long commitBytes,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var transaction = table.Begin(snapshot, operation);
        if (snapshot is null || !draft.Dataset.Columns.SequenceEqual(snapshot.Dataset.Columns)) transaction.SetDataset(draft.Dataset);
        var context = new IngestContext(
            draft, transaction, datasetFolder, limits, request.FailsOnReject, request.OnDuplicate, texts, new RowPagePool(), request.Filter, budget, commitBytes, time, progress);
        var runs = new SourceRun[tasks.Count];
        try
        {
            var shares = SourceShares.Of([.. tasks.Select(task => Math.Max(0, task.File.TextBytes - task.At.Offset))], limits.Jobs);
            Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = limits.Jobs, CancellationToken = cancellationToken }, index =>
                runs[index] = new SourceRun(tasks[index], profiles.GetValueOrDefault(tasks[index].File), context, shares[index]));
            if (draft.AcceptNewColumns() || !TryRead(runs, cancellationToken)) return ([], null);
            var stored = runs.Where(run => run.Outcome.Error is null).ToList();
            if (request.OnDuplicate != DuplicatePolicy.Keep)
            {
                var key = request.Key.Count > 0 ? request.Key : [.. draft.Dataset.Columns.Select(column => column.Name)];
                foreach (var run in stored) run.Merge(key, cancellationToken);
            }

            var outcomes = runs.Select(run => run.Outcome).ToList();
            var nothingToMake = snapshot is null && stored.All(run => run.Outcome.RowsStored == 0);
            return (outcomes, stored.Count == 0 || nothingToMake ? null : Commit(transaction, stored, tasks, time.GetElapsedTime(started), cancellationToken));
        }
        finally
        {
            foreach (var run in runs) run?.Dispose();
            if (snapshot is null) Quarantine.RemoveEmpty(datasetFolder);
        }
    }

    /// <returns>False when a column needs a wider type.</returns>
    private bool TryRead(SourceRun[] runs, CancellationToken cancellationToken)
    {
        try
        {
            IngestWorkers.Run(
                [.. runs.SelectMany(run => run.Ranges).OrderByDescending(range => range.SizeBytes)],
                limits.Jobs,
                limits.DuckDbMemoryBytes,
                (range, connection, stop) => range.Run(connection, stop),
                cancellationToken);
            return true;
        }
        catch (SchemaWidenedException)
        {
            return false;
        }
    }

    private CommitOutcome Commit(LakeTransaction transaction, List<SourceRun> stored, IReadOnlyList<SourceTask> tasks, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        // From the name of a quarantine file to the commit that counts it, no other run of the same source may do the same.
        using var turn = stored.Exists(run => run.HasRejects) ? Quarantine.Lock(datasetFolder, cancellationToken) : null;
        if (turn is not null && table.TryLoad() is { } now && tasks.Any(task => task.IsDoneIn(now)))
        {
            return new CommitOutcome(now.Version, CommitConflict.AlreadyCommitted, "Another run has stored the same source meanwhile.");
        }

        transaction.RefuseAppTransactions(appId => tasks.Any(task => task.IsStoredBy(appId)));
        foreach (var run in stored) run.Record();
        return transaction.Commit(Details(stored, elapsed), cancellationToken);
    }

    private static CommitDetails Details(List<SourceRun> stored, TimeSpan elapsed)
    {
        var outcomes = stored.ConvertAll(run => run.Outcome);
        var parts = outcomes.Where(outcome => outcome.StartOffset > 0 || outcome.RestOffset is not null);
        return new CommitDetails
        {
            Sources = [.. stored.Select(run => run.ReportPath)],
            RowsRead = outcomes.Sum(outcome => outcome.RowsRead),
            RowsStored = outcomes.Sum(outcome => outcome.RowsStored),
            RowsRejected = outcomes.Sum(outcome => outcome.RowsRejected),
            RowsDeduplicated = outcomes.Sum(outcome => outcome.RowsDeduplicated),
            RowsFiltered = outcomes.Sum(outcome => outcome.RowsFiltered),
            Seconds = elapsed.TotalSeconds,
            Parameters = parts.ToDictionary(outcome => outcome.File.Path, outcome => $"bytes {outcome.StartOffset} to {(outcome.RestOffset is { } rest ? $"{rest}" : "the end")}"),
        };
    }
}
