using System.Diagnostics;
using HybridStore.Lake;
using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Which sources of a run are done, and what became of them.</summary>
/// <remarks>Not thread-safe but for what it hashes.</remarks>
internal sealed class SourceLedger(IReadOnlyList<SourceFile> files, IngestRequest request)
{
    private readonly List<SourceFile> _files = [.. files];
    private readonly Dictionary<SourceFile, Identified> _contents = [];
    private readonly Dictionary<SourceFile, SourceOutcome> _begun = [];
    private readonly Dictionary<SourceFile, SourceOutcome> _finished = [];
    private readonly Dictionary<string, SourceFile> _owners = new(StringComparer.Ordinal);
    private readonly string _filterSuffix = request.Filter.Identity is { Length: > 0 } text ? "." + text : "";
    private int _filesWritten;
    private long _bytesWritten;

    /// <summary>Sources that are not done, in order.</summary>
    internal IEnumerable<SourceFile> Pending => _files.Where(file => !_finished.ContainsKey(file));

    /// <summary>Files whose content the lake has under another filter.</summary>
    internal List<SourceFile> KnownOtherwise { get; } = [];

    /// <summary>What is to be read in the next transaction; empty when all is done.</summary>
    /// <param name="snapshot">The lake.</param>
    /// <param name="bytesMax">Bytes of plain text after which no source is added.</param>
    /// <param name="countMax">How many sources at most.</param>
    /// <param name="jobs">Threads that hash.</param>
    /// <param name="onKnown">Told each source that needs no work.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal IReadOnlyList<SourceTask> NextStep(LakeSnapshot? snapshot, long bytesMax, int countMax, int jobs, Action<SourceFile> onKnown, CancellationToken cancellationToken)
    {
        while (true)
        {
            var window = TakeSome(bytesMax, countMax);
            if (window.Count == 0) return [];
            Identify(window, KnownContents.In(request.Force ? null : snapshot, _filterSuffix), jobs, cancellationToken);
            var tasks = new List<SourceTask>();
            foreach (var file in window)
            {
                var (content, error, _) = _contents[file];
                if (error is not null) Finish(new SourceOutcome { File = file, Error = error });
                else if (IsKnown(file, content, snapshot)) Finish(new SourceOutcome { File = file, IsKnown = true });
                else if (TaskOf(file, content, snapshot) is { } task) tasks.Add(task);
                if (_finished.ContainsKey(file)) onKnown(file);
            }

            NoteOthers(tasks, snapshot);
            if (tasks.Count > 0) return tasks;
        }
    }

    /// <summary>Takes note of what became of a source.</summary>
    internal void Add(SourceOutcome outcome)
    {
        if (outcome.OpenRecordOffset is { } offset)
        {
            _files[_files.IndexOf(outcome.File)] = outcome.File with { SizeBytes = offset };
            return;
        }

        var sum = _begun.TryGetValue(outcome.File, out var before) ? before.Then(outcome) : outcome;
        _begun[outcome.File] = sum;
        if (outcome.RestOffset is null || outcome.Error is not null) Finish(sum);
    }

    /// <summary>Takes note of what a commit wrote.</summary>
    internal void Add(CommitOutcome commit)
    {
        _filesWritten += commit.FilesAdded;
        _bytesWritten += commit.BytesAdded;
    }

    /// <summary>The report of the run.</summary>
    /// <param name="name">The dataset.</param>
    /// <param name="version">Its version; null when there is none.</param>
    /// <param name="dataset">What it is; null when there is none.</param>
    /// <param name="elapsed">How long it took.</param>
    internal IngestReport Report(string name, long? version, Dataset? dataset, TimeSpan elapsed)
    {
        var all = _finished.Values;
        var rowsRead = all.Sum(outcome => outcome.RowsRead);
        var timeKind = dataset?.Find(dataset.TimeColumn)?.Type.Kind ?? ColumnKind.Timestamp;
        var hasRows = all.Any(outcome => outcome.RowsStored > 0);
        using var process = Process.GetCurrentProcess();
        return new IngestReport(
            name,
            version,
            [.. all.Select(outcome => outcome.ToReport()).OrderBy(file => file.Path, StringComparer.Ordinal)],
            new IngestTotals(
                rowsRead,
                all.Sum(outcome => outcome.RowsStored),
                all.Sum(outcome => outcome.RowsRejected),
                all.Sum(outcome => outcome.RowsDeduplicated),
                all.Sum(outcome => outcome.RowsFiltered),
                _filesWritten,
                _bytesWritten,
                elapsed.TotalSeconds,
                rowsRead / elapsed.TotalSeconds,
                process.PeakWorkingSet64),
            (dataset?.Partitioning ?? Partitioning.SymbolDate).ToText(),
            all.SelectMany(outcome => outcome.Symbols).Distinct().Count(),
            hasRows ? TimeLabel.Of(all.Min(outcome => outcome.FirstTimeUs), timeKind) : null,
            hasRows ? TimeLabel.Of(all.Max(outcome => outcome.LastTimeUs), timeKind) : null);
    }

    private List<SourceFile> TakeSome(long bytesMax, int countMax)
    {
        var window = new List<SourceFile>();
        long bytes = 0;
        foreach (var file in Pending)
        {
            if (window.Count >= countMax || (bytes >= bytesMax && window.Count > 0)) break;
            window.Add(file);
            bytes += file.TextBytes;
        }

        return window;
    }

    /// <summary>Hashes what was not hashed yet, and again what was when the lake knew less.</summary>
    private void Identify(List<SourceFile> window, KnownContents known, int jobs, CancellationToken cancellationToken)
    {
        var unknown = window.FindAll(file =>
            !_contents.TryGetValue(file, out var found) || (found.KnownCount != known.Count && !_begun.ContainsKey(file)));
        Parallel.ForEach(unknown, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken }, file =>
        {
            Identified content;
            try
            {
                content = file.Problem is { } problem
                    ? new Identified(default, problem, known.Count)
                    : new Identified(SourceIdentity.Of(file, known, cancellationToken), null, known.Count);
            }
            catch (StoreException exception)
            {
                content = new Identified(default, exception.Message, known.Count);
            }

            lock (_contents) _contents[file] = content;
        });
    }

    /// <summary>Whether the lake has the content, or another file of this run with the same content was there first.</summary>
    private bool IsKnown(SourceFile file, SourceContent content, LakeSnapshot? snapshot)
    {
        if (request.Force || _begun.ContainsKey(file)) return false;
        var identity = content.Name + _filterSuffix;
        if (file.MayGrow && content.KnownBytes >= file.SizeBytes && (content.RestOffset ?? long.MaxValue) >= file.SizeBytes) return true;
        return SourceProgress.Of(identity, snapshot).Generation > 0 || (_owners.TryGetValue(identity, out var owner) && owner != file);
    }

    /// <returns>Null when it cannot go on where it was left: then it is finished, with the reason.</returns>
    private SourceTask? TaskOf(SourceFile file, SourceContent content, LakeSnapshot? snapshot)
    {
        var identity = content.Name + _filterSuffix;
        _owners.TryAdd(identity, file);
        var at = SourceProgress.Of(identity, snapshot);
        var before = _begun.GetValueOrDefault(file);
        var line = before is not null && before.RestOffset == at.Offset ? before.RestLine : null;
        if (at.IsAtStart && before is null && content.KnownBytes > 0)
        {
            if ((content.RestOffset is { } begun ? (begun, null) : RestOf(file, content.KnownBytes)) is not { } rest) return null;
            at = at with { Offset = rest.Offset };
            line = rest.Line;
        }

        return new SourceTask
        {
            File = file,
            Identity = identity,
            At = at,
            FirstLine = line,
            Grows = file.MayGrow || content.KnownBytes > 0,
            FilterSuffix = _filterSuffix,
        };
    }

    /// <summary>Where a source goes on whose beginning is stored.</summary>
    private (long Offset, long? Line)? RestOf(SourceFile file, long knownBytes)
    {
        try
        {
            var encoding = file.Sheet is null ? SourceProfile.Of(file, request).Sniffed.Encoding : CsvEncoding.Utf8;
            if (SourceGrowth.Rest(file, knownBytes, encoding) is { } rest) return rest;
            Finish(new SourceOutcome
            {
                File = file,
                Error = $"{file.Path}: has grown since its first {knownBytes} bytes were stored, and the last row of those goes on: it was "
                    + "stored as far as it was written then. "
                    + "Nothing more of the file is stored. Take back the commit with that row (hybrid log, hybrid undo), then ingest the file again.",
            });
        }
        catch (StoreException exception) when (exception.Kind == StoreErrorKind.SourceData)
        {
            Finish(new SourceOutcome { File = file, Error = exception.Message });
        }

        return null;
    }

    private void NoteOthers(List<SourceTask> tasks, LakeSnapshot? snapshot)
    {
        if (snapshot is null || tasks.All(task => !task.At.IsAtStart)) return;
        var contents = SourceProgress.ContentsIn(snapshot);
        foreach (var task in tasks.Where(task => task.At is { IsAtStart: true, Generation: 0 }))
        {
            var isKnown = contents.Contains(_contents[task.File].Content.Name);
            if (isKnown && !KnownOtherwise.Contains(task.File)) KnownOtherwise.Add(task.File);
        }
    }

    private void Finish(SourceOutcome outcome) => _finished[outcome.File] = outcome;

    /// <param name="Content">What it is known by.</param>
    /// <param name="Error">Why that cannot be told; else null.</param>
    /// <param name="KnownCount">How many contents the lake knew then.</param>
    private readonly record struct Identified(SourceContent Content, string? Error, int KnownCount);
}
