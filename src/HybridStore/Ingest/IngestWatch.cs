using HybridStore.Ingest.Workbooks;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>Ingests files as they arrive, until it is stopped.</summary>
/// <remarks>
/// A file is taken once it was renamed in, or was unchanged for <see cref="Settle"/>. One to which nothing was done since it was last
/// written may still be added to: it is taken up to its last line's end, and goes on from there when it has grown. One that cannot be
/// ingested is told of once, and tried again only when it has
/// changed. The lake knows contents, so that a restart takes nothing twice.
/// </remarks>
/// <param name="storeFolder">The store's folder.</param>
/// <param name="time">The clock, also for waiting.</param>
/// <param name="note">Told what a person should know: one line each.</param>
public sealed class IngestWatch(string storeFolder, TimeProvider time, Action<string> note)
{
    /// <summary>How many files are ingested together when many are waiting.</summary>
    private const int FilesMax = 1_000;

    private readonly TakenFiles _taken = new();
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);

    /// <summary>How long a file must stay as it is before it counts as written whole.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often the folders are looked through, whatever the system tells.</summary>
    public TimeSpan Rescan { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Watches, and ingests one file or group of waiting files after the other.</summary>
    /// <param name="request">What, and how; its paths are folders and globs.</param>
    /// <param name="onReport">Told what was done to a dataset.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="StoreException">Usage: a path is no folder. CorruptStore: as said.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled: the only other way it ends.</exception>
    public void Run(IngestRequest request, Action<IngestReport> onReport, CancellationToken cancellationToken)
    {
        using var wake = new AutoResetEvent(initialState: false);
        using var folders = new WatchedFolders(request.Paths, () => wake.Set(), note);
        using var timer = time.CreateTimer(_ => wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var list = new WatchList(Settle);
        var waits = new WaitHandle[] { cancellationToken.WaitHandle, wake };
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Taken before the look: what is renamed in between is seen next time.
            var renamed = folders.TakeRenamed();
            var present = folders.Files();
            var (due, wait) = list.Look(present, renamed, time.GetUtcNow());
            _taken.Keep(present);
            _waiting.RemoveWhere(path => !present.ContainsKey(path));
            if (due.Count > 0 && TryIngest(request, Ready([.. due.Take(FilesMax)], list), list, onReport, cancellationToken)) continue;
            timer.Change(wait is { } soon && soon < Rescan ? soon : Rescan, Timeout.InfiniteTimeSpan);
            WaitHandle.WaitAny(waits);
        }
    }

    /// <summary>Looks how far the files can be read; those that must wait are done with until they change.</summary>
    private List<ReadyFile> Ready(IReadOnlyList<DueFile> due, WatchList list)
    {
        var ready = new List<ReadyFile>();
        foreach (var file in due)
        {
            if (Look(file) is { } found) ready.Add(found);
            else list.Done(file.Path);
        }

        return ready;
    }

    private ReadyFile? Look(DueFile file)
    {
        if (file.IsWhole || FileStatus.Of(file.Path) is { IsFinished: true }
            || SourceFile.CompressionOf(file.Path) != SourceCompression.None || Workbook.IsName(file.Path))
        {
            return new ReadyFile(file.Path, null);
        }

        try
        {
            if (_taken.IsBegunAgain(file.Path, file.Stamp.SizeBytes))
            {
                NoteWaiting(file.Path,
                    "is shorter than what was stored of it, and begins alike: it waits until it is as long again, or begins otherwise");
                return null;
            }

            var end = LastLine.EndIn(file.Path, file.Stamp.SizeBytes);
            if (end == file.Stamp.SizeBytes) _waiting.Remove(file.Path);
            else
            {
                NoteWaiting(file.Path,
                    "its last line has no end yet, and waits for it. If the file is complete, hybrid ingest stores that line as it is");
            }

            return end > 0 ? new ReadyFile(file.Path, end) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone, or not to be read: the ingest says which.
            return new ReadyFile(file.Path, null);
        }
    }

    private void NoteWaiting(string path, string why)
    {
        if (_waiting.Add(path)) note($"{path}: {why}.");
    }

    /// <param name="Path">The file.</param>
    /// <param name="WholeBytes">Where its last whole line ends, when others may still be adding to it; null to read all.</param>
    private readonly record struct ReadyFile(string Path, long? WholeBytes);

    /// <returns>False when it is better to wait before the next attempt.</returns>
    private bool TryIngest(
        IngestRequest request,
        IReadOnlyList<ReadyFile> files,
        WatchList list,
        Action<IngestReport> onReport,
        CancellationToken cancellationToken)
    {
        if (files.Count == 0) return true;
        var open = files.Where(file => file.WholeBytes is not null);
        var growing = open.ToDictionary(file => file.Path, file => file.WholeBytes!.Value, StringComparer.Ordinal);
        try
        {
            var wanted = request with { Paths = [.. files.Select(file => file.Path)], GrowingFiles = growing };
            foreach (var report in new Ingestor(storeFolder, time, new IngestProgress(), note).Run(wanted, cancellationToken))
            {
                onReport(report);
                foreach (var file in report.Files.Where(file => file.Error is not null)) note(file.Error!);
                foreach (var file in report.Files.Where(file => file.Error is null && growing.ContainsKey(file.Path)))
                {
                    _taken.Add(file.Path, growing[file.Path]);
                }
            }

            foreach (var file in files) list.Done(file.Path);
            return true;
        }
        catch (StoreException exception) when (exception.Kind is StoreErrorKind.SourceData or StoreErrorKind.Usage && files.Count > 1)
        {
            // One of them spoils it for all: each by itself then.
            return files.All(file => TryIngest(request, [file], list, onReport, cancellationToken));
        }
        catch (StoreException exception) when (exception.Kind is StoreErrorKind.SourceData or StoreErrorKind.Usage)
        {
            note(exception.Message);
            list.Done(files[0].Path);
            return true;
        }
        catch (Exception exception) when (exception is StoreException { Kind: StoreErrorKind.Environment } or IOException)
        {
            note($"{exception.Message} The files stay where they are; the next attempt is in {Rescan.TotalSeconds:0} s.");
            return false;
        }
    }
}
