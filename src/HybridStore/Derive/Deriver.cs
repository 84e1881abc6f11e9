using System.Globalization;
using System.IO.Hashing;
using System.Text;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;

namespace HybridStore.Derive;

/// <summary>Makes datasets out of others, and keeps them fresh: what changed in the source is computed anew, and nothing else.</summary>
/// <param name="store">Where the store is.</param>
/// <param name="time">The clock.</param>
/// <param name="limits">Memory and threads.</param>
/// <remarks>
/// One commit a run: a run that is killed leaves the dataset as it was, and the next one does the work. How far a dataset has come is in its own log, so that
/// undoing it is followed by computing it anew. Several processes may derive at a time: the later one finds the work done, or begins again.
/// </remarks>
public sealed class Deriver(StorePaths store, TimeProvider time, QueryOptions limits)
{
    private const int AttemptsMax = 5;
    private const string AppIdPrefix = "hybrid.derive:";

    /// <summary>The disk of the derived datasets: another one where a test stops it.</summary>
    internal LakeDisk Disk { get; init; } = new();

    /// <summary>Says what a dataset is computed from, and computes it.</summary>
    /// <param name="name">The derived dataset's name; when it is derived already, the new declaration replaces the old one.</param>
    /// <param name="derivation">How it is computed.</param>
    /// <param name="layout">Its layout; null for the one it has, or one that fits.</param>
    /// <param name="rebuild">Compute it all anew, whatever changed.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <exception cref="StoreException">Usage: there is no such source, the name is taken by other data, or the declaration makes no sense. Otherwise as disk and DuckDB say.</exception>
    public DeriveReport Declare(string name, Derivation derivation, Partitioning? layout, bool rebuild, CancellationToken cancellationToken)
    {
        CheckChain(name, derivation);
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            if (Try(name, derivation, layout, rebuild, cancellationToken) is { } report) return report with { Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3) };
            if (attempt == AttemptsMax) throw new StoreException(StoreErrorKind.Environment, $"{name}: other writers came first {AttemptsMax} times. Nothing was changed; run the command again.");
        }
    }

    /// <summary>Brings a derived dataset up to its source.</summary>
    /// <param name="name">The derived dataset.</param>
    /// <param name="rebuild">Compute it all anew, whatever changed.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <exception cref="StoreException">Usage: it is no derived dataset, or its source is gone. Otherwise as disk and DuckDB say.</exception>
    public DeriveReport Refresh(string name, bool rebuild, CancellationToken cancellationToken)
    {
        var derivation = DerivationOf(name) ?? throw new StoreException(StoreErrorKind.Usage, $"'{name}' is no derived dataset. Declare it: hybrid derive {name} --from DATASET.");
        return Declare(name, derivation, layout: null, rebuild, cancellationToken);
    }

    /// <summary>Brings every derived dataset up to its source, sources first.</summary>
    /// <param name="rebuild">Compute them all anew, whatever changed.</param>
    /// <param name="cancellationToken">Stops; what was committed stays.</param>
    /// <returns>A report each; one that failed does not stop the others.</returns>
    public IReadOnlyList<DeriveReport> RefreshAll(bool rebuild, CancellationToken cancellationToken)
    {
        var pending = LakeTable.Datasets(store).Select(name => (Name: name, Derivation: DerivationOf(name))).Where(one => one.Derivation is not null).ToList();
        var reports = new List<DeriveReport>();
        while (pending.Count > 0)
        {
            // A chain has an end: what is left without one was declared by hand, and Declare refuses it.
            var next = pending.Find(one => !pending.Exists(other => other.Name == one.Derivation!.Source));
            if (next.Name is null) next = pending[0];
            pending.Remove(next);
            try
            {
                reports.Add(Refresh(next.Name, rebuild, cancellationToken));
            }
            catch (StoreException error)
            {
                reports.Add(new DeriveReport(next.Name, next.Derivation!.Source, DeriveStatus.Failed, null, Table(next.Name).TryLoad()?.Version, 0, 0, 0, 0, 0, error.Message));
            }
        }

        return reports;
    }

    /// <returns>Null when another writer came first.</returns>
    private DeriveReport? Try(string name, Derivation derivation, Partitioning? layout, bool rebuild, CancellationToken cancellationToken)
    {
        var source = Table(derivation.Source).TryLoad()
            ?? throw new StoreException(StoreErrorKind.Usage, $"There is no dataset '{derivation.Source}' to compute '{name}' from. {Suggestion.For(derivation.Source, LakeTable.Datasets(store))}");
        var old = Table(name).TryLoad();
        if (old is not null && old.Dataset.Derivation is null) throw new StoreException(StoreErrorKind.Usage, $"Dataset '{name}' exists and is not derived. Choose another name.");
        var appId = AppId(source, derivation);
        var isDeclared = old is not null && old.Dataset.Derivation == derivation && (layout is null || layout == old.Dataset.Partitioning);
        var done = isDeclared && !rebuild && old!.AppTransactions.TryGetValue(appId, out var version) ? version : (long?)null;
        var changes = done is { } behind ? Table(derivation.Source).ChangesBehind(behind, source.Version) : null;
        if (changes is { Count: 0 }) return Report(DeriveStatus.Unchanged, old!.Version, 0);
        using var transaction = Table(name).Begin(old, "derive");
        using var engine = new DeriveEngine(source, derivation, store.Dataset(name), Path.Combine(transaction.DraftFolder, "spill"), limits);
        var dataset = engine.Describe(name, cancellationToken);
        dataset = dataset with { Partitioning = layout ?? old?.Dataset.Partitioning ?? DefaultLayout(source.Dataset, derivation, dataset) };
        var isSame = isDeclared && DeltaSchema.ToSchemaString(dataset) == DeltaSchema.ToSchemaString(old!.Dataset) && dataset.TimeZone == old.Dataset.TimeZone;
        if (!isSame) changes = null; // The source's columns changed, and so what it makes of them.
        var work = changes is null ? DeriveWork.All(source, engine.DaysBefore) : DeriveWork.Of(changes, engine.DaysBefore, engine.IsByDay);
        if (!isSame) transaction.SetDataset(dataset);
        foreach (var former in old?.AppTransactions.Keys.Where(id => id.StartsWith(AppIdPrefix, StringComparison.Ordinal)) ?? []) transaction.ResetAppTransaction(former, -1);
        transaction.ResetAppTransaction(appId, source.Version);
        var written = new DeriveWriter(transaction, engine, dataset, old).Run(work, cancellationToken);
        var partitions = changes is null ? source.Files.Select(file => (file.Symbol, file.Days)).Distinct().Count() : changes.Select(change => (change.Symbol, change.Days)).Distinct().Count();
        var details = new CommitDetails
        {
            Sources = [derivation.Source],
            RowsRead = written.Rows,
            RowsStored = written.Rows,
            Parameters = new Dictionary<string, string>
            {
                ["source"] = derivation.Source,
                ["sourceVersion"] = source.Version.ToString(CultureInfo.InvariantCulture),
                ["partitions"] = changes is null ? "all" : partitions.ToString(CultureInfo.InvariantCulture),
            },
        };
        var outcome = transaction.Commit(details, cancellationToken);
        if (!outcome.Committed) return null;
        return Report(changes is null ? DeriveStatus.Created : DeriveStatus.Updated, outcome.Version, partitions) with { RowsWritten = written.Rows, FilesWritten = written.Files, FilesRemoved = written.Removed };

        DeriveReport Report(DeriveStatus status, long ownVersion, int changed) => new(name, derivation.Source, status, source.Version, ownVersion, changed, 0, 0, 0, 0);
    }

    /// <summary>Follows the sources: none may lead back.</summary>
    private void CheckChain(string name, Derivation derivation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { name };
        for (Derivation? next = derivation; next is not null; next = DerivationOf(next.Source))
        {
            if (!seen.Add(next.Source)) throw new StoreException(StoreErrorKind.Usage, $"'{name}' would be computed from itself, by way of '{next.Source}'. Choose another source.");
        }
    }

    /// <summary>Few rows a day belong in files of a month; about as many as the source has, in the source's layout.</summary>
    private static Partitioning DefaultLayout(Dataset source, Derivation derivation, Dataset derived)
    {
        var isFine = derivation.Every is { } every && IntervalText.Parse(every).Span < TimeSpan.FromMinutes(1);
        var isDense = isFine || (derivation.Reduction is { } name && Reduction.Find(name) is { IsDense: true });
        // A column may have the name that the layout's folders need.
        Partitioning[] layouts = isDense
            ? [source.Partitioning, Partitioning.SymbolDate]
            : [Partitioning.Month, Partitioning.Year, Partitioning.Date];
        return layouts.First(layout => PartitionPath.TimeKey(layout) is var level
            && (level == Dataset.DateColumn || derived.Find(level) is null));
    }

    private static string AppId(LakeSnapshot source, Derivation derivation) =>
        $"{AppIdPrefix}{source.Metadata?.Id}:{XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(DerivationJson.Write(derivation))):x16}";

    private Derivation? DerivationOf(string name) => Table(name).TryLoad()?.Dataset.Derivation;

    private LakeTable Table(string name) => new(store.Dataset(name), time, Disk);
}
