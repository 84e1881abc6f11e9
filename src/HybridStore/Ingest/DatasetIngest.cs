using System.Diagnostics;
using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Brings sources into one dataset, in one commit.</summary>
internal sealed class DatasetIngest
{
    /// <summary>Each attempt begins from what other writers committed meanwhile.</summary>
    private const int AttemptsMax = 8;

    private readonly StorePaths _paths;
    private readonly string _name;
    private readonly IReadOnlyList<SourceFile> _files;
    private readonly IngestRequest _request;
    private readonly IngestLimits _limits;
    private readonly TimeProvider _time;
    private readonly IngestProgress _progress;
    private readonly Action<string> _note;
    private readonly LakeTable _table;
    private readonly Dictionary<SourceFile, SourceProfile> _profiles = [];
    private readonly KnownTexts _texts = new();
    private readonly long _started;
    private string? _said;

    internal DatasetIngest(
        string storeFolder, string name, IReadOnlyList<SourceFile> files, IngestRequest request, IngestLimits limits, TimeProvider time, IngestProgress progress, Action<string> note)
    {
        _paths = new StorePaths(storeFolder);
        _name = name;
        _files = files;
        _request = request;
        _limits = limits;
        _time = time;
        _progress = progress;
        _note = note;
        _table = new LakeTable(_paths.Dataset(name), time);
        _started = time.GetTimestamp();
    }

    internal IngestReport Run(CancellationToken cancellationToken)
    {
        var identities = IdentifyAll(cancellationToken);
        var rootExisted = Directory.Exists(_paths.Root);
        var finished = _files.Where(file => identities[file].Error is not null).Select(file => new SourceOutcome { File = file, Error = identities[file].Error }).ToList();
        DatasetDraft? draft = null;
        for (var conflicts = 0; ;)
        {
            var snapshot = _table.TryLoad();
            if (snapshot?.Dataset.Derivation is { } derivation) throw new StoreException(StoreErrorKind.Usage, $"Dataset '{_name}' is computed from '{derivation.Source}': ingest into that one, or name another with --dataset.");
            var known = _request.Force ? [] : FindKnown([.. _files.Except(finished.Select(outcome => outcome.File))], identities, snapshot);
            finished.AddRange(known.Select(file => new SourceOutcome { File = file, IsKnown = true }));
            var pending = _files.Except(finished.Select(outcome => outcome.File)).ToList();
            if (pending.Count == 0) return Report(snapshot, finished, _time.GetElapsedTime(_started));
            // Merging looks at what the lake has: each source must see the one before it.
            if (_request.OnDuplicate != DuplicatePolicy.Keep) pending = pending[..1];
            draft = PrepareDraft(draft, snapshot, pending);
            var (outcomes, commit) = AttemptOrTakeBack(draft, snapshot, pending, identities, rootExisted, cancellationToken);
            if (draft.Wider is { } wider)
            {
                // Ends by itself: a column only becomes wider, and there are few types.
                _note(wider.Reason);
                draft = wider.Draft;
                Restart();
            }
            else if (commit is null or { Committed: true })
            {
                if (commit is not null) Store.OpenOrCreate(_paths.Root);
                if (commit?.Note is { } said && said != _said) _note(_said = said);
                finished.AddRange(outcomes);
            }
            else if (++conflicts < AttemptsMax)
            {
                Restart();
            }
            else
            {
                throw new StoreException(StoreErrorKind.Environment, $"{_name}: {commit.Message} {AttemptsMax} attempts met other writers; run the command again.");
            }
        }
    }

    private void Restart()
    {
        _progress.Restart();
        _progress.Expect(_files.Count, _files.Sum(file => file.SizeBytes));
    }

    private DatasetDraft PrepareDraft(DatasetDraft? draft, LakeSnapshot? snapshot, List<SourceFile> pending)
    {
        if (snapshot is not null)
        {
            // What a draft has learned of the sources (spellings of no value) is kept as long as the lake's columns are the same.
            if (draft is { IsNew: false } && draft.Dataset with { Columns = snapshot.Dataset.Columns } == snapshot.Dataset && draft.Dataset.Columns.SequenceEqual(snapshot.Dataset.Columns)) return draft;
            draft = DatasetDraft.Of(snapshot.Dataset, _request);
            draft.RequireFits(_request);
            return draft;
        }

        if (draft is not null) return draft;
        draft = DatasetDraft.Infer(_name, ProfileSome(pending), _request);
        draft.RequireKey(_request);
        foreach (var line in draft.Describe()) _note(line);
        return draft;
    }

    private (IReadOnlyList<SourceOutcome> Outcomes, CommitOutcome? Commit) AttemptOrTakeBack(
        DatasetDraft draft, LakeSnapshot? snapshot, List<SourceFile> pending, Dictionary<SourceFile, (string Id, string? Error)> identities, bool rootExisted, CancellationToken cancellationToken)
    {
        var committed = false;
        try
        {
            var attempt = Attempt(draft, snapshot, pending, identities, cancellationToken);
            committed = attempt.Commit is { Committed: true };
            return attempt;
        }
        finally
        {
            if (!committed && !rootExisted) RemoveEmptyStore();
        }
    }

    /// <summary>Takes back the folders that an ingest without success has made.</summary>
    private void RemoveEmptyStore()
    {
        foreach (var folder in (string[])[_paths.Lake, _paths.Root])
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
    }

    /// <summary>Looks at the sources, as many as tell what the columns are; one that cannot be read is left to its own turn.</summary>
    private List<SourceProfile> ProfileSome(List<SourceFile> files)
    {
        const int enough = 4;
        var profiles = new List<SourceProfile>();
        StoreException? failure = null;
        foreach (var file in files)
        {
            try
            {
                profiles.Add(_profiles[file] = SourceProfile.Of(file, _request));
                if (profiles.Count == enough) break;
            }
            catch (StoreException exception) when (exception.Kind == StoreErrorKind.SourceData)
            {
                failure ??= exception;
            }
        }

        return profiles.Count > 0 ? profiles : throw failure!;
    }

    private (IReadOnlyList<SourceOutcome> Outcomes, CommitOutcome? Commit) Attempt(
        DatasetDraft draft, LakeSnapshot? snapshot, List<SourceFile> pending, Dictionary<SourceFile, (string Id, string? Error)> identities, CancellationToken cancellationToken)
    {
        using var transaction = _table.Begin(snapshot, "ingest");
        if (snapshot is null) transaction.SetDataset(draft.Dataset);
        var context = new IngestContext(draft, transaction, _paths.Dataset(_name), _limits, _request.FailsOnReject, _request.OnDuplicate, _texts, new RowPagePool(), _time, _progress);
        var runs = new SourceRun[pending.Count];
        Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = _limits.Jobs, CancellationToken = cancellationToken }, index =>
            runs[index] = new SourceRun(pending[index], identities[pending[index]].Id, _profiles.GetValueOrDefault(pending[index]), context, pending.Count < _limits.Jobs ? _limits.Jobs : 1));
        try
        {
            try
            {
                IngestWorkers.Run(
                    [.. runs.SelectMany(run => run.Ranges).OrderByDescending(range => range.SizeBytes)],
                    _limits.Jobs,
                    _limits.DuckDbMemoryBytes,
                    Path.Combine(Path.GetTempPath(), $"hybrid-{Guid.NewGuid():N}"),
                    (range, connection, stop) => range.Run(connection, stop),
                    cancellationToken);
            }
            catch (SchemaWidenedException)
            {
                return ([], null);
            }

            var outcomes = runs.Select(run => run.Outcome).ToList();
            var stored = runs.Where(run => run.Outcome.Error is null).ToList();
            if (stored.Count == 0) return (outcomes, null);
            if (_request.OnDuplicate != DuplicatePolicy.Keep)
            {
                var key = _request.Key.Count > 0 ? _request.Key : [.. draft.Dataset.Columns.Select(column => column.Name)];
                foreach (var run in stored) run.Merge(key, cancellationToken);
                outcomes = [.. runs.Select(run => run.Outcome)];
            }

            foreach (var run in stored)
            {
                run.PublishRejects();
                transaction.SetAppTransaction(run.Identity, snapshot?.AppTransactions.GetValueOrDefault(run.Identity) + 1 ?? 1);
            }

            var commit = transaction.Commit(Details([.. stored.Select(run => run.Outcome)]), cancellationToken);
            foreach (var run in stored) run.Settle(commit.Committed);
            return (outcomes, commit);
        }
        finally
        {
            foreach (var run in runs) run.Dispose();
        }
    }

    private CommitDetails Details(IReadOnlyList<SourceOutcome> outcomes) => new()
    {
        Sources = [.. outcomes.Select(outcome => outcome.File.Path)],
        RowsRead = outcomes.Sum(outcome => outcome.RowsRead),
        RowsStored = outcomes.Sum(outcome => outcome.RowsStored),
        RowsRejected = outcomes.Sum(outcome => outcome.RowsRejected),
        RowsDeduplicated = outcomes.Sum(outcome => outcome.RowsDeduplicated),
        Seconds = _time.GetElapsedTime(_started).TotalSeconds,
    };

    /// <summary>What the lake has under the same content, and all but the first of the files that have the same content among themselves.</summary>
    private static List<SourceFile> FindKnown(List<SourceFile> files, Dictionary<SourceFile, (string Id, string? Error)> identities, LakeSnapshot? snapshot)
    {
        var seen = new HashSet<string>();
        return [.. files.Where(file => (snapshot?.AppTransactions.ContainsKey(identities[file].Id) == true || !seen.Add(identities[file].Id)))];
    }

    private Dictionary<SourceFile, (string Id, string? Error)> IdentifyAll(CancellationToken cancellationToken)
    {
        var identities = new Dictionary<SourceFile, (string, string?)>();
        Parallel.ForEach(_files, new ParallelOptions { MaxDegreeOfParallelism = _limits.Jobs, CancellationToken = cancellationToken }, file =>
        {
            (string, string?) identity;
            try
            {
                identity = file.Problem is { } problem ? ("", problem) : (SourceIdentity.Of(file, cancellationToken), null);
            }
            catch (StoreException exception)
            {
                identity = ("", exception.Message);
            }

            lock (identities) identities.Add(file, identity);
        });
        return identities;
    }

    private IngestReport Report(LakeSnapshot? snapshot, List<SourceOutcome> outcomes, TimeSpan elapsed)
    {
        var good = outcomes.Where(outcome => outcome.Error is null && !outcome.IsKnown).ToList();
        var rowsRead = good.Sum(outcome => outcome.RowsRead);
        var timeKind = snapshot?.Dataset.Find(snapshot.Dataset.TimeColumn)?.Type.Kind ?? ColumnKind.Timestamp;
        var hasRows = good.Any(outcome => outcome.RowsStored > 0);
        using var process = Process.GetCurrentProcess();
        return new IngestReport(
            _name,
            snapshot?.Version,
            [.. outcomes.Select(outcome => outcome.ToReport()).OrderBy(file => file.Path, StringComparer.Ordinal)],
            new IngestTotals(
                rowsRead,
                good.Sum(outcome => outcome.RowsStored),
                good.Sum(outcome => outcome.RowsRejected),
                good.Sum(outcome => outcome.RowsDeduplicated),
                RowsFiltered: 0,
                good.Sum(outcome => outcome.FilesWritten),
                good.Sum(outcome => outcome.BytesWritten),
                elapsed.TotalSeconds,
                rowsRead / elapsed.TotalSeconds,
                process.PeakWorkingSet64),
            (snapshot?.Dataset.Partitioning ?? Partitioning.SymbolDate).ToText(),
            good.SelectMany(outcome => outcome.Symbols).Distinct().Count(),
            hasRows ? TimeLabel.Of(good.Min(outcome => outcome.FirstTimeUs), timeKind) : null,
            hasRows ? TimeLabel.Of(good.Max(outcome => outcome.LastTimeUs), timeKind) : null);
    }
}
