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
        var settings = StoreSettings.Read(new StorePaths(storeFolder).Settings);
        var limits = IngestLimits.Of(request, settings);
        using var standardInput = request.Paths.Contains(StandardInputFile.Name) ? ReadStandardInput(request, cancellationToken) : null;
        var groups = SourceFinder.Find(request, standardInput, note)
            .GroupBy(file => request.Dataset is { } name ? DatasetName.Require(name) : DatasetName.FromText(file.DefaultDatasetName))
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        foreach (var group in groups) progress.Expect(group.Count(), group.Sum(file => file.SizeBytes));
        var reports = new List<IngestReport>();
        foreach (var group in groups)
        {
            var ingest = new DatasetIngest(storeFolder, group.Key, [.. group], request, limits, time, progress, note);
            reports.Add(ingest.Run(cancellationToken));
        }

        return reports;
    }

    private static StandardInputFile ReadStandardInput(IngestRequest request, CancellationToken cancellationToken)
    {
        if (request.Dataset is null) throw new StoreException(StoreErrorKind.Usage, "-: the standard input lies in no folder that names its dataset. Give --dataset NAME.");
        if (request.StandardInput is null) throw new ArgumentException("The path - needs a stream to read from.", nameof(request));
        return StandardInputFile.Read(request.StandardInput, cancellationToken);
    }
}
