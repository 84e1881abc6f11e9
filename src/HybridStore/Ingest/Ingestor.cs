using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Brings CSV files into the lake of a store.</summary>
/// <param name="storeFolder">The store's folder; made with the first rows that are stored.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Told how far the work is.</param>
/// <param name="note">Told what a person should know beside the result: one line each.</param>
public sealed class Ingestor(string storeFolder, TimeProvider time, IngestProgress progress, Action<string> note)
{
    /// <summary>Ingests.</summary>
    /// <param name="request">What, and how.</param>
    /// <param name="cancellationToken">Stops; what was committed stays.</param>
    /// <returns>One report a dataset, by name.</returns>
    /// <exception cref="StoreException">SourceData: nothing to ingest. Usage: the request does not fit the dataset. CorruptStore, Environment: as said.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<IngestReport> Run(IngestRequest request, CancellationToken cancellationToken)
    {
        if (request is { IsHourEnding: true, TimeZone: null }) throw new StoreException(StoreErrorKind.Usage, "--hour-ending: expected --timezone ZONE, found none. The zone tells which days have 23 or 25 hours.");
        using var standardInput = OpenStandardInput(request, cancellationToken);
        var (limits, groups) = Prepare(request, standardInput);
        foreach (var group in groups) progress.Expect(group.Count(), group.Sum(file => file.SizeBytes));
        var reports = new List<IngestReport>();
        foreach (var group in groups)
        {
            var ingest = new DatasetIngest(storeFolder, group.Key, [.. group], request, limits, time, progress, note);
            reports.Add(ingest.Run(cancellationToken));
        }

        return reports;
    }

    /// <summary>Tells what <see cref="Run"/> would do, as far as the first rows of each source tell; writes nothing.</summary>
    /// <param name="request">What, and how.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>One preview a dataset, by name.</returns>
    /// <exception cref="StoreException">As for <see cref="Run"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<IngestPreview> Preview(IngestRequest request, CancellationToken cancellationToken)
    {
        using var standardInput = OpenStandardInput(request, cancellationToken);
        var (limits, groups) = Prepare(request, standardInput);
        return groups.ConvertAll(group => new DatasetPreview(storeFolder, group.Key, [.. group], request, limits, time).Run(cancellationToken));
    }

    private (IngestLimits Limits, List<IGrouping<string, SourceFile>> Groups) Prepare(IngestRequest request, StandardInputFile? standardInput)
    {
        var limits = IngestLimits.Of(request, StoreSettings.Read(new StorePaths(storeFolder).Settings));
        return (limits, [.. SourceFinder.Find(request, standardInput, note)
            .GroupBy(file => request.Dataset is { } name ? DatasetName.Require(name) : DatasetName.FromText(file.DefaultDatasetName))
            .OrderBy(group => group.Key, StringComparer.Ordinal)]);
    }

    private static StandardInputFile? OpenStandardInput(IngestRequest request, CancellationToken cancellationToken) =>
        request.Paths.Contains(StandardInputFile.Name) ? ReadStandardInput(request, cancellationToken) : null;

    private static StandardInputFile ReadStandardInput(IngestRequest request, CancellationToken cancellationToken)
    {
        if (request.Dataset is null) throw new StoreException(StoreErrorKind.Usage, "-: the standard input lies in no folder that names its dataset. Give --dataset NAME.");
        if (request.StandardInput is null) throw new ArgumentException("The path - needs a stream to read from.", nameof(request));
        return StandardInputFile.Read(request.StandardInput, cancellationToken);
    }
}
