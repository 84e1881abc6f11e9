using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <content>How a source's columns become the dataset's, and what happens to those that only one of them has.</content>
internal sealed partial class DatasetDraft
{
    private const int NewColumnValuesMax = 2_000;

    private readonly SortedDictionary<(string File, int Index), (string Name, List<string?> Values, CsvDialect Dialect)> _newColumns = [];
    private readonly SortedDictionary<string, SortedSet<string>> _missing = new(StringComparer.Ordinal);

    /// <summary>Whether the draft was made from a dataset that the lake still has as it was then.</summary>
    internal bool IsOf(Dataset stored) =>
        _stored is { } before && before with { Columns = stored.Columns } == stored && before.Columns.SequenceEqual(stored.Columns);

    /// <summary>How a source's columns become the dataset's.</summary>
    /// <param name="profile">The source.</param>
    /// <param name="filter">Which columns are wanted.</param>
    /// <exception cref="StoreException">SourceData: it lacks the symbol or the time, or holds another kind of value than the dataset.</exception>
    internal SourcePlan Plan(SourceProfile profile, SourceFilter filter)
    {
        var sniffed = profile.Sniffed;
        var shape = SourceShape.Of(profile, Request, Dataset, NameOf);
        CsvColumnSpec[] specs = [.. sniffed.ColumnNames.Select(name => new CsvColumnSpec(name, CsvValueKind.Skip)), .. Blanks(sniffed)];
        var composed = new List<CsvComposedColumn>();
        var sourceColumns = new int[Dataset.Columns.Count];
        Array.Fill(sourceColumns, -1);
        var added = new List<(string Name, SourceColumn Column)>();
        foreach (var column in shape.Columns)
        {
            var name = NameOf(column.Name);
            var target = IndexOf(name);
            var isWanted = name == Dataset.SymbolColumn || name == Dataset.TimeColumn || filter.Wants(column.Name) || filter.Wants(name);
            if (!isWanted || target < 0)
            {
                if (isWanted) added.Add((name, column));
                // A stray quote costs its line in a column that is left out, too.
                if (column.Field >= 0) specs[column.Field] = ColumnTyper.Type(column.Name, shape.ValuesOf(column), sniffed.Dialect).ToSpec(sniffed.Dialect) with { IsIgnored = true };
                continue;
            }

            var spec = SpecOf(Dataset.Columns[target], shape, column, sniffed.Dialect);
            sourceColumns[target] = column.Field >= 0 ? column.Field : specs.Length + composed.Count;
            if (column.Field >= 0) specs[column.Field] = spec;
            else composed.Add(new CsvComposedColumn(spec, column.Parts));
        }

        foreach (var needed in (string[])[Dataset.SymbolColumn, Dataset.TimeColumn])
        {
            if (sourceColumns[IndexOf(needed)] >= 0) continue;
            throw new StoreException(
                StoreErrorKind.SourceData,
                $"{profile.File.Path}: expected a column '{needed}', found {string.Join(", ", sniffed.ColumnNames)}. Does the file belong to dataset '{Dataset.Name}', and has it a header?");
        }

        // Only now: a file that does not belong to the dataset changes nothing of it.
        foreach (var (name, column) in added) Propose(name, shape, column);
        NoteMissing(profile.File.Path, [.. Dataset.Columns.Where((column, target) => sourceColumns[target] < 0 && filter.Wants(column.Name)).Select(column => column.Name)]);
        return new SourcePlan(sniffed.Dialect, sniffed.Encoding, sniffed.ColumnNames, specs, sourceColumns)
        {
            Composed = composed,
            LocalTimes = LocalTimesOf(specs, composed, sourceColumns),
            TimeBounds = TimeBoundsOf(sourceColumns),
        };
    }

    /// <summary>How rows of an earlier quarantine become the dataset's as it is now.</summary>
    /// <param name="head">How they were read then.</param>
    /// <param name="nullTexts">Texts that stand for no value now.</param>
    internal SourcePlan PlanAgain(RejectFileHead head, IReadOnlyList<string> nullTexts)
    {
        var sourceColumns = new int[Dataset.Columns.Count];
        Array.Fill(sourceColumns, -1);
        var specs = head.Specs.ToArray();
        var composed = head.Composed.ToList();
        for (var index = 0; index < head.Columns.Count + composed.Count; index++)
        {
            var isField = index < head.Columns.Count;
            var at = isField ? index : index - head.Columns.Count;
            var name = isField ? head.Columns[at] : composed[at].Spec.Name;
            var target = IndexOf(isField ? NameOf(name) : name);
            // Fields that are only parts of a composed column have its name to give away.
            if (target < 0 || (isField && specs[at].Kind == CsvValueKind.Skip)) continue;
            sourceColumns[target] = isField ? at : specs.Length + at;
            if (isField) specs[at] = Again(specs[at], target);
            else composed[at] = composed[at] with { Spec = Again(composed[at].Spec, target) };
        }

        // The rows stand in a file of their own, without what stood before the first of them.
        var dialect = head.Dialect with { HasHeader = false, SkipRows = 0 };
        return new SourcePlan(dialect, CsvEncoding.Utf8, head.Columns, specs, sourceColumns)
        {
            Composed = composed,
            LocalTimes = LocalTimesOf(specs, composed, sourceColumns),
            TimeBounds = TimeBoundsOf(sourceColumns),
        };

        CsvColumnSpec Again(CsvColumnSpec spec, int target)
        {
            var (column, known) = (Dataset.Columns[target], _columns[Dataset.Columns[target].Name]);
            var isLocal = column.Type.Kind == ColumnKind.TimestampTz && spec.Kind == CsvValueKind.Timestamp;
            return spec with
            {
                Kind = isLocal ? spec.Kind : TypedColumn.ToKind(column.Type.Kind),
                Width = column.Type.Width,
                Scale = column.Type.Scale,
                IsIgnored = false,
                TimeFormat = Request.TimeFormats.TryGetValue(column.Name, out var format) ? format : spec.TimeFormat,
                NullTexts = [.. (spec.NullTexts ?? head.Dialect.NullTexts).Union(known.NullTexts ?? []).Union(column.Type.Kind == ColumnKind.Varchar ? [] : nullTexts)],
            };
        }
    }

    /// <summary>Takes up the columns that sources have and the dataset lacks, if there are any; the ingest then begins again with <see cref="Wider"/>.</summary>
    internal bool AcceptNewColumns()
    {
        if (_newColumns.Count == 0) return false;
        var columns = new Dictionary<string, TypedColumn>(_columns);
        var added = new List<Column>();
        var reasons = new List<string>();
        foreach (var same in _newColumns.GroupBy(pair => pair.Value.Name))
        {
            var (name, _, dialect) = same.First().Value;
            var values = same.SelectMany(pair => pair.Value.Values).ToList();
            var typed = Request.ColumnTypes.TryGetValue(name, out var type) ? ColumnTyper.Fit(name, type, values, dialect) : ColumnTyper.Type(name, values, dialect);
            columns[name] = Spelled(typed, Request);
            added.Add(new Column(name, typed.Type));
            reasons.Add($"Schema change: column '{name}' {typed.Type.ToSql().ToLowerInvariant()} is new in {FileList([.. same.Select(pair => pair.Key.File)])}; rows without it have no value there");
        }

        Wider = (With(Dataset with { Columns = [.. Dataset.Columns, .. added] }, columns), reasons);
        return true;
    }

    /// <summary>Which sources lacked columns since the last call, one line a column.</summary>
    internal IReadOnlyList<string> DescribeMissing()
    {
        List<string> lines = [.. _missing.Select(pair => $"column '{pair.Key}' is missing in {FileList([.. pair.Value])}: their rows have no value there")];
        _missing.Clear();
        return lines;
    }

    private DatasetDraft With(Dataset dataset, Dictionary<string, TypedColumn> columns) => new(Request, dataset, _stored, columns, _fixedColumns, _reasons, _origin);

    /// <summary>Refuses columns to select that no source has.</summary>
    private static void RequireSelected(string source, List<TypedColumn> columns, IngestRequest request)
    {
        if (request.Filter.Columns?.FirstOrDefault(name => !columns.Exists(column => column.Name == name)) is { } unknown)
        {
            throw new StoreException(StoreErrorKind.Usage, $"{source}: --select names '{unknown}', which is no column. {Suggestion.For(unknown, [.. columns.Select(column => column.Name)])}");
        }
    }

    private static string FileList(IReadOnlyList<string> paths)
    {
        const int shown = 3;
        return string.Join(", ", paths.Take(shown)) + (paths.Count > shown ? $" and {paths.Count - shown} more files" : "");
    }

    private void Propose(string name, SourceShape shape, SourceColumn column)
    {
        var values = shape.ValuesOf(column).Take(NewColumnValuesMax).ToList();
        lock (_gate) _newColumns[(shape.Profile.File.Path, column.Field)] = (name, values, shape.Profile.Sniffed.Dialect);
    }

    private void NoteMissing(string file, List<string> columns)
    {
        lock (_gate)
        {
            foreach (var column in columns)
            {
                if (!_missing.TryGetValue(column, out var files)) _missing[column] = files = new SortedSet<string>(StringComparer.Ordinal);
                files.Add(file);
            }
        }
    }

    private CsvColumnSpec SpecOf(Column column, SourceShape shape, SourceColumn source, CsvDialect dialect)
    {
        if (column.Type.IsNested)
        {
            throw new StoreException(
                StoreErrorKind.SourceData,
                $"{shape.Profile.File.Path}: column '{column.Name}': dataset '{Dataset.Name}' has {column.Type.ToText()} in it, which a text cannot give. Rename the column in the file, leave it out with --select, or ingest into another --dataset.");
        }

        var known = _columns[column.Name];
        var values = shape.ValuesOf(source).ToList();
        var fitted = ColumnTyper.Fit(column.Name, column.Type, values, dialect);
        // Times that name no zone are the dataset's only when the user says so: otherwise a change of spelling would shift them in silence.
        if (column.Name == Dataset.TimeColumn && column.Type.Kind == ColumnKind.TimestampTz && Request.TimeZone is not null)
        {
            fitted = ColumnTyper.FitLocal(fitted, values, Request.IsHourEnding, dialect) ?? fitted;
        }

        var isSaid = known.TimeFormat != CsvTimeFormat.Iso && _fixedColumns.Contains(column.Name);
        if (fitted.IsAmbiguous || fitted.IsUnknown || isSaid) fitted = fitted with { TimeFormat = known.TimeFormat, IsEpochBySize = known.IsEpochBySize && !isSaid };
        if (known.NullTexts is { Count: > 0 } texts) fitted = fitted with { NullTexts = [.. texts.Union(fitted.NullTexts ?? [])] };
        // What a type was chosen by fits it as well as anything does: values that do not are matters of single rows.
        var isJudged = column.Name != Dataset.SymbolColumn && column.Name != Dataset.TimeColumn && !_origin.Files.Contains(shape.Profile.File.Path);
        if (isJudged) RequireSameKind(fitted, known, shape.Profile.File.Path, values, dialect);
        return fitted.ToSpec(dialect) with { IsRequired = column.Name == Dataset.SymbolColumn || column.Name == Dataset.TimeColumn };
    }

    /// <summary>A column whose texts are nearly all of another kind is another column by the same name: no matter of single rows.</summary>
    private void RequireSameKind(TypedColumn fitted, TypedColumn known, string file, List<string?> values, CsvDialect dialect)
    {
        const int ofTen = 9;
        if (fitted.Type.Kind == ColumnKind.Varchar) return;
        var texts = values.Where(text => !string.IsNullOrWhiteSpace(text) && fitted.NullTexts?.Contains(text) != true).Distinct().ToList();
        var unfit = texts.Where(text => !ColumnTyper.Holds(fitted.Type, fitted.TimeFormat, text!, dialect) && (_stored?.Find(known.Name) is not null || ColumnTyper.Widen(known, text!, dialect) is null)).ToList();
        if (unfit.Count == 0 || unfit.Count * 10 < texts.Count * ofTen) return;
        var own = ColumnTyper.Type(known.Name, texts, dialect).Type;
        var origin = _origin.MadeFrom() is { } first ? $" (made from {first})" : "";
        throw new StoreException(
            StoreErrorKind.SourceData,
            $"{file}: column '{known.Name}': expected {fitted.Type.ToSql().ToLowerInvariant()} as in dataset '{Dataset.Name}'{origin}, found {own.ToSql().ToLowerInvariant()} such as '{unfit[0]}'. Rename the column in the file, leave it out with --select, or ingest into another --dataset.");
    }
}
