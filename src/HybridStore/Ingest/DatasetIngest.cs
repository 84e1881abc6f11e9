using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Brings sources into one dataset: in one commit, or where that would take long, in several.</summary>
internal sealed class DatasetIngest
{
    /// <summary>Each attempt begins from what other writers committed meanwhile.</summary>
    private const int AttemptsMax = 8;

    /// <summary>
    /// Plain bytes of a commit: some tens of seconds of work on two cores. More commits make more files of a partition, fewer lose more
    /// work when the power fails.
    /// </summary>
    private const long CommitBytesDefault = 8L << 30;

    private readonly StorePaths _paths;
    private readonly string _name;
    private readonly IReadOnlyList<SourceFile> _files;
    private readonly IngestRequest _request;
    private readonly IngestLimits _limits;
    private readonly TimeProvider _time;
    private readonly IngestProgress _progress;
    private readonly Action<string> _note;
    private readonly LakeTable _table;
    private readonly StoreLog _log;
    private readonly SourceLedger _ledger;
    private readonly Dictionary<SourceFile, SourceProfile> _profiles = [];
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
        _log = new StoreLog(_paths, time);
        _ledger = new SourceLedger(files, request);
        _started = time.GetTimestamp();
    }

    internal IngestReport Run(CancellationToken cancellationToken)
    {
        var rootExisted = Directory.Exists(_paths.Root);
        var commitBytes = _request.CommitBytes > 0 ? _request.CommitBytes : CommitBytesDefault;
        var budget = new RejectBudget(_request.MaxRejects);
        var step = new IngestStep(_table, _paths.Dataset(_name), _request, _limits, budget, new KnownTexts(), _time, _progress);
        DatasetDraft? draft = null;
        var commits = 0;
        for (var conflicts = 0; ;)
        {
            var snapshot = _table.TryLoad();
            if (snapshot?.Dataset.Derivation is { } derivation) throw new StoreException(StoreErrorKind.Usage, $"Dataset '{_name}' is computed from '{derivation.Source}': ingest into that one, or name another with --dataset.");
            // Merging looks at what the lake has: each source must see the one before it.
            var tasks = _ledger.NextStep(snapshot, commitBytes, _request.OnDuplicate == DuplicatePolicy.Keep ? int.MaxValue : 1, _limits.Jobs, OnKnown, cancellationToken);
            NoteKnownOtherwise();
            if (tasks.Count == 0) return Report(snapshot?.Version, snapshot?.Dataset);
            draft = PrepareDraft(draft, snapshot);
            var (outcomes, commit) = Attempt(() => step.Run(draft, snapshot, tasks, _profiles, "ingest", commitBytes, cancellationToken), rootExisted, commits);
            if (draft.Wider is { } wider)
            {
                // Ends by itself: a column only becomes wider, and there are few types.
                foreach (var reason in wider.Reasons) _note(reason);
                draft = wider.Draft;
                budget.Restart();
                Restart();
            }
            else if (commit is null or { Committed: true })
            {
                if (commit is not null) Committed(commit, outcomes, ++commits);
                if (commit?.Note is { } said && said != _said) _note(_said = said);
                foreach (var line in draft.DescribeMissing()) _note(line);
                foreach (var outcome in outcomes) _ledger.Add(outcome);
                budget.Keep();
                // A lake of very many files takes long to replay: not only to hear what is known.
                if (commit is not null && !_ledger.Pending.Any()) return Report(commit.Version, draft.Dataset);
            }
            else if (++conflicts < AttemptsMax)
            {
                budget.Restart();
                Restart();
            }
            else
            {
                throw new StoreException(StoreErrorKind.Environment, $"{_name}: {commit.Message} {AttemptsMax} attempts met other writers; run the command again.");
            }
        }
    }

    private IngestReport Report(long? version, Dataset? dataset) => _ledger.Report(_name, version, dataset, _time.GetElapsedTime(_started));

    private void OnKnown(SourceFile file)
    {
        _progress.AddBytes(file.SizeBytes);
        _progress.FinishFile();
    }

    private void NoteKnownOtherwise()
    {
        foreach (var file in _ledger.KnownOtherwise)
        {
            _note($"{file.Path}: was ingested before with another choice of symbols, days or columns. Its rows that are in both are stored again, unless --on-duplicate says skip or replace.");
        }

        _ledger.KnownOtherwise.Clear();
    }

    private void Committed(CommitOutcome commit, IReadOnlyList<SourceOutcome> outcomes, int commits)
    {
        _ledger.Add(commit);
        Store.OpenOrCreate(_paths.Root);
        _log.Write("commit", entry =>
        {
            entry.WriteString("dataset", _name);
            entry.WriteNumber("version", commit.Version);
            entry.WriteNumber("files", outcomes.Count(outcome => outcome.Error is null));
            entry.WriteNumber("rows_read", outcomes.Sum(outcome => outcome.RowsRead));
            entry.WriteNumber("rows_stored", outcomes.Sum(outcome => outcome.RowsStored));
            entry.WriteNumber("rows_rejected", outcomes.Sum(outcome => outcome.RowsRejected));
            entry.WriteNumber("rows_deduplicated", outcomes.Sum(outcome => outcome.RowsDeduplicated));
            entry.WriteNumber("rows_filtered", outcomes.Sum(outcome => outcome.RowsFiltered));
        });
        foreach (var line in outcomes.SelectMany(outcome => outcome.Notes)) _note(line);
        foreach (var outcome in outcomes.Where(outcome => outcome.StartOffset > 0 && commits == 1)) _note($"{outcome.File.Path}: resumed at line {outcome.StartLine}: what is before was stored by an earlier run");
    }

    private void Restart()
    {
        _progress.Restart();
        _progress.Expect(_files.Count, _files.Sum(file => file.SizeBytes));
    }

    private DatasetDraft PrepareDraft(DatasetDraft? draft, LakeSnapshot? snapshot)
    {
        if (snapshot is not null)
        {
            // What a draft has learned of the sources (spellings of no value) is kept as long as the lake's columns are the same.
            if (draft?.IsOf(snapshot.Dataset) == true) return draft;
            draft = DatasetDraft.Of(snapshot.Dataset, _request, FirstSource);
            draft.RequireFits(_request);
            return draft;
        }

        if (draft is not null) return draft;
        draft = DatasetDraft.Infer(_name, ProfileSome(_ledger.Pending), _request);
        draft.RequireKey(_request);
        foreach (var line in draft.Describe()) _note(line);
        return draft;
    }

    /// <summary>The source that the dataset was made from, if that was one.</summary>
    private string? FirstSource() => _table.History() is [.., { Details.Sources: [var source, ..] }] ? source : null;

    private (IReadOnlyList<SourceOutcome> Outcomes, CommitOutcome? Commit) Attempt(
        Func<(IReadOnlyList<SourceOutcome> Outcomes, CommitOutcome? Commit)> attempt, bool rootExisted, int commits)
    {
        var committed = commits > 0;
        try
        {
            var result = attempt();
            committed |= result.Commit is { Committed: true };
            return result;
        }
        catch (RejectLimitException exception)
        {
            throw new StoreException(
                StoreErrorKind.SourceData,
                $"{_name}: {exception.Message} {(committed ? "What was committed before stays." : "Nothing was stored.")} Fix the source, or allow more.");
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
    private List<SourceProfile> ProfileSome(IEnumerable<SourceFile> files)
    {
        const int enough = 4;
        var profiles = new List<SourceProfile>();
        StoreException? failure = null;
        foreach (var file in files)
        {
            try
            {
                profiles.Add(_profiles[file] = SourceProfile.Of(file, _request).LookFurther());
                if (profiles.Count == enough) break;
            }
            catch (StoreException exception) when (exception.Kind == StoreErrorKind.SourceData)
            {
                failure ??= exception;
            }
        }

        return profiles.Count > 0 ? profiles : throw failure!;
    }
}
