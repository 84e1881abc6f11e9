namespace HybridStore.Ingest;

/// <summary>Ingests files as they arrive, until it is stopped.</summary>
/// <remarks>
/// A file is taken once it was written whole: renamed in, or unchanged for <see cref="Settle"/>. One that cannot be ingested is told of
/// once, and tried again only when it has changed. The lake knows contents, so that a restart takes nothing twice.
/// </remarks>
/// <param name="storeFolder">The store's folder.</param>
/// <param name="time">The clock, also for waiting.</param>
/// <param name="note">Told what a person should know: one line each.</param>
public sealed class IngestWatch(string storeFolder, TimeProvider time, Action<string> note)
{
    /// <summary>How many files are ingested together when many are waiting.</summary>
    private const int FilesMax = 1_000;

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
            var (due, wait) = list.Look(folders.Files(), renamed, time.GetUtcNow());
            if (due.Count > 0 && TryIngest(request, [.. due.Take(FilesMax)], list, onReport, cancellationToken)) continue;
            timer.Change(wait is { } soon && soon < Rescan ? soon : Rescan, Timeout.InfiniteTimeSpan);
            WaitHandle.WaitAny(waits);
        }
    }

    /// <returns>False when it is better to wait before the next attempt.</returns>
    private bool TryIngest(IngestRequest request, IReadOnlyList<string> files, WatchList list, Action<IngestReport> onReport, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var report in new Ingestor(storeFolder, time, new IngestProgress(), note).Run(request with { Paths = files }, cancellationToken))
            {
                onReport(report);
                foreach (var file in report.Files.Where(file => file.Error is not null)) note(file.Error!);
            }

            foreach (var file in files) list.Done(file);
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
            list.Done(files[0]);
            return true;
        }
        catch (Exception exception) when (exception is StoreException { Kind: StoreErrorKind.Environment } or IOException)
        {
            note($"{exception.Message} The files stay where they are; the next attempt is in {Rescan.TotalSeconds:0} s.");
            return false;
        }
    }
}
