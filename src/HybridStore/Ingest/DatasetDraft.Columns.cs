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
        var specs = new List<CsvColumnSpec>();
        var sourceColumns = new int[Dataset.Columns.Count];
        Array.Fill(sourceColumns, -1);
        var targets = Dataset.Columns.Select(column => column.Name).ToList();
        var added = new List<(string Name, int Index)>();
        for (var index = 0; index < sniffed.ColumnNames.Count; index++)
        {
            var source = sniffed.ColumnNames[index];
            var name = NameOf(source);
            var target = IndexOf(targets, name);
            var isWanted = name == Dataset.SymbolColumn || name == Dataset.TimeColumn || filter.Wants(source) || filter.Wants(name);
            if (isWanted && target < 0) added.Add((name, index));
            if (isWanted && target >= 0) sourceColumns[target] = index;
            specs.Add(isWanted && target >= 0
                ? SpecOf(Dataset.Columns[target], profile, index)
                : ColumnTyper.Type(source, profile.ValuesOf(index), sniffed.Dialect).ToSpec(sniffed.Dialect) with { IsIgnored = true });
        }

        foreach (var needed in (string[])[Dataset.SymbolColumn, Dataset.TimeColumn])
        {
            if (sourceColumns[IndexOf(targets, needed)] >= 0) continue;
            throw new StoreException(
                StoreErrorKind.SourceData,
                $"{profile.File.Path}: expected a column '{needed}', found {string.Join(", ", sniffed.ColumnNames)}. Does the file belong to dataset '{Dataset.Name}', and has it a header?");
        }

        var missing = targets.Where((name, target) => sourceColumns[target] < 0 && filter.Wants(name)).ToList();
        // Only now: a file that does not belong to the dataset changes nothing of it.
        foreach (var (name, index) in added) Propose(name, profile, index);
        if (missing.Count > 0) NoteMissing(profile.File.Path, missing);
        // Lines that all end in a delimiter have one field more than names.
        while (specs.Count < sniffed.FieldCount) specs.Add(new CsvColumnSpec("", CsvValueKind.Blank));
        return new SourcePlan(sniffed.Dialect, sniffed.Encoding, sniffed.ColumnNames, specs, sourceColumns);
    }

    /// <summary>How rows of an earlier quarantine become the dataset's as it is now.</summary>
    /// <param name="head">How they were read then.</param>
    /// <param name="nullTexts">Texts that stand for no value now.</param>
    internal SourcePlan PlanAgain(RejectFileHead head, IReadOnlyList<string> nullTexts)
    {
        var targets = Dataset.Columns.Select(column => column.Name).ToList();
        var sourceColumns = new int[targets.Count];
        Array.Fill(sourceColumns, -1);
        var specs = head.Specs.ToArray();
        for (var index = 0; index < head.Columns.Count; index++)
        {
            var target = IndexOf(targets, NameOf(head.Columns[index]));
            if (target < 0) continue;
            sourceColumns[target] = index;
            var (column, known) = (Dataset.Columns[target], _columns[targets[target]]);
            specs[index] = specs[index] with
            {
                Kind = TypedColumn.ToKind(column.Type.Kind),
                Width = column.Type.Width,
                Scale = column.Type.Scale,
                TimeFormat = _request.TimeFormats.TryGetValue(head.Columns[index], out var format) ? format : specs[index].TimeFormat,
                NullTexts = [.. (specs[index].NullTexts ?? head.Dialect.NullTexts).Union(known.NullTexts ?? []).Union(column.Type.Kind == ColumnKind.Varchar ? [] : nullTexts)],
            };
        }

        // The rows stand in a file of their own, without what stood before the first of them.
        return new SourcePlan(head.Dialect with { HasHeader = false, SkipRows = 0 }, CsvEncoding.Utf8, head.Columns, specs, sourceColumns);
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
            var typed = _request.ColumnTypes.TryGetValue(name, out var type) ? ColumnTyper.Fit(name, type, values, dialect) : ColumnTyper.Type(name, values, dialect);
            columns[name] = Spelled(typed, _request);
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

    private DatasetDraft With(Dataset dataset, Dictionary<string, TypedColumn> columns) => new(dataset, _stored, columns, _fixedColumns, _reasons, _request, _madeFrom);

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

    private void Propose(string name, SourceProfile profile, int index)
    {
        lock (_gate) _newColumns[(profile.File.Path, index)] = (name, [.. profile.ValuesOf(index).Take(NewColumnValuesMax)], profile.Sniffed.Dialect);
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

    private CsvColumnSpec SpecOf(Column column, SourceProfile profile, int index)
    {
        var known = _columns[column.Name];
        var fitted = ColumnTyper.Fit(column.Name, column.Type, profile.ValuesOf(index), profile.Sniffed.Dialect);
        if (fitted.IsAmbiguous || fitted.IsUnknown || known.TimeFormat != CsvTimeFormat.Iso && _fixedColumns.Contains(column.Name)) fitted = fitted with { TimeFormat = known.TimeFormat };
        if (known.NullTexts is { Count: > 0 } texts) fitted = fitted with { NullTexts = [.. texts.Union(fitted.NullTexts ?? [])] };
        if (column.Name != Dataset.SymbolColumn && column.Name != Dataset.TimeColumn) RequireSameKind(fitted, known, profile, index);
        return fitted.ToSpec(profile.Sniffed.Dialect) with { IsRequired = column.Name == Dataset.SymbolColumn || column.Name == Dataset.TimeColumn };
    }

    /// <summary>A column whose texts are nearly all of another kind is another column by the same name: no matter of single rows.</summary>
    private void RequireSameKind(TypedColumn fitted, TypedColumn known, SourceProfile profile, int index)
    {
        const int ofTen = 9;
        if (fitted.Type.Kind == ColumnKind.Varchar) return;
        var dialect = profile.Sniffed.Dialect;
        var texts = profile.ValuesOf(index).Where(text => !string.IsNullOrWhiteSpace(text) && fitted.NullTexts?.Contains(text) != true).Distinct().ToList();
        var unfit = texts.Where(text => !ColumnTyper.Holds(fitted.Type, fitted.TimeFormat, text!, dialect) && (_stored?.Find(known.Name) is not null || ColumnTyper.Widen(known, text!, dialect) is null)).ToList();
        if (unfit.Count == 0 || unfit.Count * 10 < texts.Count * ofTen) return;
        var own = ColumnTyper.Type(known.Name, texts, dialect).Type;
        var origin = _madeFrom() is { } file ? $" (made from {file})" : "";
        throw new StoreException(
            StoreErrorKind.SourceData,
            $"{profile.File.Path}: column '{known.Name}': expected {fitted.Type.ToSql().ToLowerInvariant()} as in dataset '{Dataset.Name}'{origin}, found {own.ToSql().ToLowerInvariant()} such as '{unfit[0]}'. Rename the column in the file, leave it out with --select, or ingest into another --dataset.");
    }
}
