using HybridStore.Lake;
using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Looks at the sources of a dataset as an ingest would, and writes nothing.</summary>
internal sealed class DatasetPreview(string storeFolder, string name, IReadOnlyList<SourceFile> files, IngestRequest request, IngestLimits limits, TimeProvider time)
{
    private const int SampleRowsMax = 5;
    private const int ProblemsMax = 5;
    private const int ProfilesForTypes = 4;

    private readonly Dictionary<SourceFile, PreviewedFile> _files = [];
    private readonly List<string> _notes = [];

    internal IngestPreview Run(CancellationToken cancellationToken)
    {
        var table = new LakeTable(new StorePaths(storeFolder).Dataset(name), time);
        var snapshot = table.TryLoad();
        var pending = FindPending(snapshot, cancellationToken);
        var profiles = Profile(pending, cancellationToken);
        if (profiles.Count == 0 && snapshot is null) throw new StoreException(StoreErrorKind.SourceData, _files.Values.SelectMany(file => file.Problems).FirstOrDefault() ?? $"{name}: there is nothing to ingest.");
        var draft = snapshot is null ? DatasetDraft.Infer(name, [.. profiles.Take(ProfilesForTypes)], request) : DatasetDraft.Of(snapshot.Dataset, request, () => null);
        if (snapshot is null) draft.RequireKey(request);
        else draft.RequireFits(request);
        _notes.AddRange(draft.Describe().Where(_ => snapshot is null));
        draft = Try(draft, profiles, cancellationToken);
        var estimate = EstimateOf(draft.Dataset, profiles);
        return new IngestPreview(
            name,
            snapshot is null,
            [.. draft.Dataset.Columns.Select(column => new PreviewedColumn(column.Name, column.Type.ToSql().ToLowerInvariant()))],
            draft.Dataset.SymbolColumn,
            draft.Dataset.TimeColumn,
            draft.Dataset.TimeZone,
            draft.Dataset.Partitioning.ToText(),
            _notes,
            [.. _files.Values.OrderBy(file => file.Path, StringComparer.Ordinal)],
            _files.Values.Sum(file => file.RowsEstimate),
            estimate is { SymbolDays: > 0 } known ? (long)known.Partitions(draft.Dataset.Partitioning) : null,
            profiles.Count == 0 ? [] : [.. profiles[0].Sniffed.Rows.Take(SampleRowsMax).Select(row => SampleRow(profiles[0], row))]);
    }

    private List<SourceFile> FindPending(LakeSnapshot? snapshot, CancellationToken cancellationToken)
    {
        // A dataset that is not there knows no file: then nothing needs to be hashed.
        if (snapshot is null) return [.. files];
        var pending = new SourceLedger(files, request).NextStep(
            snapshot, long.MaxValue, int.MaxValue, limits.Jobs, file => _files[file] = new PreviewedFile(file.Path, IsKnown: true, file.SizeBytes, 0, 0, 0, []), cancellationToken);
        return [.. pending.Select(task => task.File)];
    }

    private List<SourceProfile> Profile(List<SourceFile> pending, CancellationToken cancellationToken)
    {
        var profiles = new List<SourceProfile>();
        foreach (var file in pending)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                profiles.Add(SourceProfile.Of(file, request).LookFurther());
            }
            catch (StoreException exception) when (exception.Kind == StoreErrorKind.SourceData)
            {
                _files[file] = new PreviewedFile(file.Path, IsKnown: false, file.SizeBytes, 0, 0, 0, [exception.Message]);
            }
        }

        return profiles;
    }

    /// <summary>Reads the first rows of all sources, again when that changes the dataset.</summary>
    private DatasetDraft Try(DatasetDraft draft, List<SourceProfile> profiles, CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var profile in profiles)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _files[profile.File] = TryOne(draft, profile);
                if (draft.Wider is not null) break;
            }

            if (draft.Wider is null && !draft.AcceptNewColumns())
            {
                _notes.AddRange(draft.DescribeMissing());
                return draft;
            }

            _notes.AddRange(draft.Wider!.Value.Reasons);
            draft = draft.Wider.Value.Draft;
        }
    }

    private PreviewedFile TryOne(DatasetDraft draft, SourceProfile profile)
    {
        var file = new PreviewedFile(profile.File.Path, IsKnown: false, profile.File.SizeBytes, (long)Math.Round(profile.Spread!.RowsEstimate), 0, 0, []);
        try
        {
            var plan = draft.Plan(profile, request.Filter);
            var problems = new List<string>();
            using var batch = new CsvBatch(plan.BatchSpecs);
            using var reader = new CsvReader(new StreamInput(new MemoryStream(SourceProfile.ReadHead(profile.File, plan.Encoding))), plan.Dialect, plan.Specs, reject =>
            {
                draft.WidenFor(reject, plan);
                if (problems.Count < ProblemsMax) problems.Add($"{profile.File.Path}:{reject.Line}: {(reject.Column >= 0 && reject.Column < plan.Names.Count ? $"column '{plan.Names[reject.Column]}': " : "")}{reject.Explanation}");
            }, new CsvReaderOptions { Composed = plan.Composed, LocalTimes = plan.LocalTimes, TimeBounds = plan.TimeBounds });
            while (reader.Read(batch))
            {
            }

            return file with { RowsLookedAt = reader.RowCount, RowsRejected = reader.RejectCount, Problems = problems };
        }
        catch (SchemaWidenedException)
        {
            return file;
        }
        catch (StoreException exception) when (exception.Kind == StoreErrorKind.SourceData)
        {
            return file with { Problems = [exception.Message] };
        }
    }

    private LayoutEstimate? EstimateOf(Dataset dataset, List<SourceProfile> profiles)
    {
        if (profiles.Count == 0) return null;
        var time = dataset.Find(dataset.TimeColumn)!;
        var shapes = profiles.ConvertAll(profile => SourceShape.Of(profile, request));
        var values = shapes.SelectMany(shape => shape.Columns.Where(column => column.Name == time.Name).SelectMany(shape.ValuesOf));
        return LayoutAdvisor.Choose(shapes, dataset.SymbolColumn, Typing.ColumnTyper.Fit(time.Name, time.Type, values, profiles[0].Sniffed.Dialect)).Estimate;
    }

    private static Dictionary<string, string?> SampleRow(SourceProfile profile, IReadOnlyList<string?> row)
    {
        var texts = new Dictionary<string, string?>();
        for (var index = 0; index < profile.Sniffed.ColumnNames.Count; index++) texts[profile.Sniffed.ColumnNames[index]] = row[index];
        return texts;
    }
}
