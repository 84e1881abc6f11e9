using System.Text;
using HybridStore.Lake;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>Reads the rows in quarantine again, with the dataset's present schema: what can be stored leaves the quarantine in the commit that stores it.</summary>
/// <param name="storeFolder">The store's folder.</param>
/// <param name="time">The clock.</param>
/// <param name="note">Told what a person should know beside the result: one line each.</param>
public sealed class RejectRetry(string storeFolder, TimeProvider time, Action<string> note)
{
    private const int AttemptsMax = 8;
    private const char Unreadable = '\uFFFD';

    /// <summary>Retries.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="request">What is said about the rows' spelling now: time formats by column; threads and memory. Its paths are not looked at.</param>
    /// <param name="nullTexts">Texts that now stand for no value, in columns that are not text.</param>
    /// <param name="edited">Rows of the quarantine whose text was corrected: found again by file, line and byte; null for none.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <exception cref="StoreException">Usage: there is no such dataset, or an edited row is not in quarantine. Environment: other writers were in the way.</exception>
    /// <remarks>
    /// A row is retried by its text in the quarantine. One that was cut there, or that is no UTF-8, is not known exactly: it stays, unless it
    /// was edited.
    /// </remarks>
    public RejectRetryReport Run(string dataset, IngestRequest request, IReadOnlyList<string> nullTexts, IReadOnlyList<QuarantinedRow>? edited, CancellationToken cancellationToken)
    {
        var paths = new StorePaths(storeFolder);
        var table = new LakeTable(paths.Dataset(dataset), time);
        var texts = (edited ?? []).ToDictionary(row => (row.File, row.Line, row.ByteOffset), row => row.Row);
        DatasetDraft? draft = null;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var snapshot = table.TryLoad() ?? throw new StoreException(StoreErrorKind.Usage, $"There is no dataset '{dataset}'.");
            if (draft?.IsOf(snapshot.Dataset) != true) draft = DatasetDraft.Of(snapshot.Dataset, request, () => null);
            using var folder = new RetryFolder();
            var files = RejectFileName.Live(snapshot).Select(file => Prepare(file.Name, file.Path, draft, texts, nullTexts, folder)).ToList();
            var found = files.SelectMany(file => file.Edited).ToHashSet();
            if (texts.Keys.FirstOrDefault(key => !found.Contains(key)) is { File: not null } unknown)
            {
                throw new StoreException(StoreErrorKind.Usage, $"{unknown.File}:{unknown.Line}: is not in quarantine. Edit the rows that 'hybrid rejects --format json' lists.");
            }

            var rows = files.Sum(file => file.RowCount);
            List<SourceTask> tasks = [.. files.Where(file => file.Task is not null).Select(file => file.Task!)];
            if (tasks.Count == 0) return new RejectRetryReport(dataset, snapshot.Version, rows, 0, rows);
            var limits = IngestLimits.Of(request, StoreSettings.Read(paths.Settings));
            var step = new IngestStep(table, paths.Dataset(dataset), request with { FailsOnReject = false, Filter = SourceFilter.None }, limits, new RejectBudget(default), new KnownTexts(), time, new IngestProgress());
            var (outcomes, commit) = step.Run(draft, snapshot, tasks, new Dictionary<SourceFile, SourceProfile>(), "retry", long.MaxValue / 2, cancellationToken);
            if (draft.Wider is { } wider)
            {
                draft = wider.Draft;
                continue;
            }

            if (commit is { Committed: false }) continue;
            var stored = outcomes.Where(outcome => outcome.Error is null).Sum(outcome => outcome.RowsStored + outcome.RowsDeduplicated);
            return new RejectRetryReport(dataset, commit?.Version ?? snapshot.Version, rows, stored, rows - stored);
        }

        throw new StoreException(StoreErrorKind.Environment, $"{dataset}: {AttemptsMax} attempts met other writers; run the command again.");
    }

    /// <summary>Writes the rows that can be retried to a file of their own.</summary>
    private Retried Prepare(
        RejectFileName name, string path, DatasetDraft draft, Dictionary<(string, long, long), string> texts, IReadOnlyList<string> nullTexts, RetryFolder folder)
    {
        var (head, rows) = Quarantine.ReadFile(path);
        var places = new List<(long Offset, QuarantinedRow Row)>();
        var kept = new List<QuarantinedRow>();
        var edited = new List<(string, long, long)>();
        var copy = folder.NewFile();
        long offset = 0;
        using (var stream = File.Create(copy))
        {
            foreach (var row in rows)
            {
                if (texts.TryGetValue((row.File, row.Line, row.ByteOffset), out var text)) edited.Add((row.File, row.Line, row.ByteOffset));
                else if (row.Row.Contains(Unreadable) || Encoding.UTF8.GetByteCount(row.Row) >= RangeRun.RejectTextBytesMax) text = null;
                else text = row.Row;
                if (text is null)
                {
                    kept.Add(row);
                    continue;
                }

                var bytes = Encoding.UTF8.GetBytes(text + "\n");
                places.Add((offset, row));
                stream.Write(bytes);
                offset += bytes.Length;
            }
        }

        if (kept.Count > 0) note($"{head.Source}: {kept.Count} rows in quarantine are longer than it holds, or no UTF-8: correct them in the source, or edit them");
        if (places.Count == 0) return new Retried(null, kept.Count, edited);
        var task = new SourceTask
        {
            File = new SourceFile(copy, offset, SourceCompression.None),
            Identity = name.Identity,
            At = new SourceProgress(0, 0),
            Retry = name,
            ReportPath = head.Source,
            Plan = draft.PlanAgain(head, nullTexts),
            KeptRejects = kept,
            Origin = reject => OriginOf(places, head, reject),
        };
        return new Retried(task, places.Count + kept.Count, edited);
    }

    private static QuarantinedRow OriginOf(List<(long Offset, QuarantinedRow Row)> places, RejectFileHead head, CsvReject reject)
    {
        var (from, to) = (0, places.Count - 1);
        while (from < to)
        {
            var middle = (from + to + 1) / 2;
            if (places[middle].Offset <= reject.ByteOffset) from = middle;
            else to = middle - 1;
        }

        var column = reject.Column >= 0 && reject.Column < head.Columns.Count ? head.Columns[reject.Column] : null;
        return places[from].Row with { Column = column, Text = reject.FieldText, Reason = reject.Explanation, Row = reject.RowText };
    }

    /// <param name="Task">What is to be read; null when no row can be retried.</param>
    /// <param name="RowCount">Rows in the file of the quarantine.</param>
    /// <param name="Edited">Those of them that the user corrected.</param>
    private sealed record Retried(SourceTask? Task, long RowCount, List<(string File, long Line, long ByteOffset)> Edited);

    /// <summary>Copies of rows, gone with the retry.</summary>
    private sealed class RetryFolder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("hybrid-retry-").FullName;
        private int _count;

        public void Dispose() => Directory.Delete(_path, recursive: true);

        internal string NewFile() => Path.Combine(_path, $"{++_count}.csv");
    }
}
