using HybridStore.Ingest.Typing;
using HybridStore.Lake;
using HybridStore.Native.Csv;
using HybridStore.Native.Zones;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>What a dataset will be when the ingest commits: as stored, or as inferred from the sources.</summary>
/// <remarks>Thread-safe: the threads that read the sources share it.</remarks>
internal sealed partial class DatasetDraft
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TypedColumn> _columns;
    private readonly Dictionary<string, int> _positions;
    private readonly HashSet<string> _fixedColumns;
    private readonly IReadOnlyList<string> _reasons;
    private readonly Dataset? _stored;
    private readonly Origin _origin;

    private DatasetDraft(
        IngestRequest request, Dataset dataset, Dataset? stored, Dictionary<string, TypedColumn> columns, HashSet<string> fixedColumns, IReadOnlyList<string> reasons, Origin origin)
    {
        _stored = stored;
        _origin = origin;
        Request = request;
        Dataset = dataset;
        _columns = columns;
        _positions = dataset.Columns.Select((column, index) => (column.Name, index)).ToDictionary();
        _fixedColumns = fixedColumns;
        _reasons = reasons;
    }

    /// <summary>What the user says of it and its sources.</summary>
    internal IngestRequest Request { get; }

    /// <summary>The dataset.</summary>
    internal Dataset Dataset { get; }

    /// <summary>Whether the lake does not have it yet: then its columns may still be widened.</summary>
    internal bool IsNew => _stored is null;

    /// <summary>The draft to go on with, once a value or a column did not fit into this one, and why.</summary>
    internal (DatasetDraft Draft, IReadOnlyList<string> Reasons)? Wider { get; private set; }

    /// <summary>The draft of a dataset that the lake has.</summary>
    /// <param name="dataset">As stored.</param>
    /// <param name="request">What the user says about the sources.</param>
    /// <param name="madeFrom">Finds the source that it was made from, for messages.</param>
    internal static DatasetDraft Of(Dataset dataset, IngestRequest request, Func<string?> madeFrom) => new(
        request,
        dataset,
        dataset,
        dataset.Columns.ToDictionary(column => column.Name, column => Spelled(new TypedColumn(column.Name, column.Type), request)),
        [.. request.TimeFormats.Keys],
        [],
        new Origin([], madeFrom));

    /// <summary>Infers a dataset from the first rows of its sources.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="profiles">The sources, the first of which gives the order of the columns.</param>
    /// <param name="request">What the user says about it.</param>
    /// <exception cref="StoreException">Usage or SourceData: no symbol or time column was found, or a flag names none.</exception>
    internal static DatasetDraft Infer(string name, IReadOnlyList<SourceProfile> profiles, IngestRequest request)
    {
        var source = profiles[0].File.Path;
        var shapes = profiles.Select(profile => SourceShape.Of(profile, request)).ToList();
        var timeColumn = shapes[0].TimeColumn ?? request.TimeColumn?.ToLowerInvariant();
        var columns = new List<TypedColumn>();
        // Sources may spell their numbers each in its way.
        var plain = profiles[0].Sniffed.Dialect with { DecimalComma = false, GroupMark = null };
        foreach (var sources in shapes.SelectMany(shape => shape.Columns.Select(column => (shape, column))).GroupBy(source => source.column.Name))
        {
            List<string?> values = [.. sources.SelectMany(source => source.shape.ValuesOf(source.column).Select(text => NumberMarks.ToPlain(text, source.shape.Profile.Sniffed.Dialect)))];
            var typed = TypeColumn(sources.Key, values, plain, timeColumn, request);
            if (typed.IsAmbiguous) typed = Settle(typed, sources.SelectMany(source => source.shape.FurtherValuesOf(source.column)), plain);
            columns.Add(Spelled(typed, request));
        }

        if (request.ColumnTypes.Keys.FirstOrDefault(given => !columns.Exists(column => column.Name == given)) is { } unknown)
        {
            throw new StoreException(StoreErrorKind.Usage, $"{source}: --columns names '{unknown}', which is no column. {Suggestion.For(unknown, [.. columns.Select(column => column.Name)])}");
        }

        RequireSelected(source, columns, request);
        var roles = RoleGuess.Find(columns, source, shapes[0].SymbolColumn ?? request.SymbolColumn, timeColumn);
        var timeKind = roles.Columns.First(column => column.Name == roles.TimeColumn).Type.Kind;
        var advised = LayoutAdvisor.Choose(shapes, roles.SymbolColumn!, roles.Columns.First(column => column.Name == roles.TimeColumn));
        var level = PartitionPath.TimeKey(request.Partitioning ?? advised.Layout);
        var names = roles.Columns.ToDictionary(
            column => column.Name,
            column => ReservedName(column.Name, roles.SymbolColumn!, roles.TimeColumn, timeKind, level));
        var layout = $"laid out by {(request.Partitioning ?? advised.Layout).ToText()}: {advised.Reason}{(request.Partitioning is { } asked && asked != advised.Layout ? $" ({advised.Layout.ToText()} would fit better)" : "")}";
        var warning = request.Partitioning is { } wanted ? LayoutAdvisor.Warn(wanted, advised.Layout, advised.Estimate) : null;
        var kept = roles.Columns.Where(column => column.Name == roles.SymbolColumn || column.Name == roles.TimeColumn || request.Filter.Wants(column.Name)).ToList();
        var dataset = new Dataset
        {
            Name = name,
            Columns = [.. kept.Select(column => new Column(names[column.Name], column.Type))],
            SymbolColumn = names[roles.SymbolColumn!],
            TimeColumn = names[roles.TimeColumn],
            TimeZone = request.TimeZone is { } zone ? DatasetZone.Require("--timezone", zone).Id : "UTC",
            Partitioning = request.Partitioning ?? advised.Layout,
        };
        var renamed = names.Where(pair => pair.Key != pair.Value).Select(pair => $"column '{pair.Key}' is stored as '{pair.Value}': the name is kept for what every dataset has");
        return new DatasetDraft(
            request,
            dataset,
            stored: null,
            kept.ToDictionary(column => names[column.Name]),
            [.. request.ColumnTypes.Keys.Select(column => names[column])],
            [.. profiles[0].Sniffed.Notes, .. shapes[0].Reasons, .. roles.Reasons.Where(reason => !shapes[0].Tells(reason)), .. renamed, .. MixedColumns(kept, shapes), layout, .. warning is null ? [] : (string[])[warning]],
            new Origin([.. profiles.Select(profile => profile.File.Path)], () => source));
    }

    /// <summary>What the user should know of a new dataset, one line each.</summary>
    internal IEnumerable<string> Describe() =>
    [
        $"New dataset '{Dataset.Name}': {string.Join(", ", Dataset.Columns.Select(column => $"{column.Name} {column.Type.ToSql().ToLowerInvariant()}"))}",
        .. _reasons.Select(reason => $"  {reason}"),
        $"  partition dates are calendar days of {(Dataset.Find(Dataset.TimeColumn)!.Type.Kind == ColumnKind.TimestampTz ? Dataset.TimeZone : "the times as written")}",
    ];

    /// <summary>Refuses flags that contradict what the lake has stored.</summary>
    /// <exception cref="StoreException">Usage: which flag.</exception>
    internal void RequireFits(IngestRequest request)
    {
        Require("--symbol-column", request.SymbolColumn, Dataset.SymbolColumn);
        Require("--time-column", request.TimeColumn?.Contains('+') == true ? null : request.TimeColumn, Dataset.TimeColumn);
        Require("--timezone", request.TimeZone is { } zone ? DatasetZone.Require("--timezone", zone).Id : null, Dataset.TimeZone);
        Require("--partition-by", request.Partitioning?.ToText(), Dataset.Partitioning.ToText());
        RequireKey(request);
        // A column that the dataset lacks may come with the sources.
        foreach (var (name, type) in request.ColumnTypes.Where(given => Dataset.Find(given.Key) is not null)) Require($"--columns {name}:", type.ToSql(), Dataset.Find(name)!.Type.ToSql());

        void Require(string flag, string? asked, string stored)
        {
            if (asked is null || asked.Equals(stored, StringComparison.OrdinalIgnoreCase)) return;
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{flag} {asked}: dataset '{Dataset.Name}' was made with {stored}, and keeps it. Leave the flag out, or ingest into another --dataset.");
        }
    }

    /// <summary>Refuses a key that the dataset cannot have.</summary>
    /// <exception cref="StoreException">Usage: which column.</exception>
    internal void RequireKey(IngestRequest request)
    {
        if (request.Key.FirstOrDefault(name => Dataset.Find(name) is null) is { } unknown)
        {
            throw new StoreException(StoreErrorKind.Usage, $"--key: there is no column '{unknown}'. {Suggestion.For(unknown, [.. Dataset.Columns.Select(column => column.Name)])}");
        }

        // Rows of one key must meet in one partition.
        if (request.Key.Count > 0 && !(request.Key.Contains(Dataset.SymbolColumn) && request.Key.Contains(Dataset.TimeColumn)))
        {
            throw new StoreException(StoreErrorKind.Usage, $"--key: expected '{Dataset.SymbolColumn}' and '{Dataset.TimeColumn}' among the columns, found {string.Join(", ", request.Key)}. A key is looked for within its symbol and time.");
        }
    }

    /// <summary>Lines that all end in a delimiter have one field more than names.</summary>
    private static IEnumerable<CsvColumnSpec> Blanks(SniffedSource sniffed) => Enumerable.Repeat(new CsvColumnSpec("", CsvValueKind.Blank), Math.Max(0, sniffed.FieldCount - sniffed.ColumnNames.Count));

    private CsvLocalTimes? LocalTimesOf(CsvColumnSpec[] specs, List<CsvComposedColumn> composed, int[] sourceColumns)
    {
        var (time, symbol) = (sourceColumns[IndexOf(Dataset.TimeColumn)], sourceColumns[IndexOf(Dataset.SymbolColumn)]);
        var spec = time < specs.Length ? specs[time] : composed[time - specs.Length].Spec;
        var isLocal = Dataset.Find(Dataset.TimeColumn)!.Type.Kind == ColumnKind.TimestampTz && spec.Kind == CsvValueKind.Timestamp;
        return isLocal ? new CsvLocalTimes(time, symbol, DatasetZone.Of(Dataset)) : null;
    }

    /// <summary>The first or the last hours that a time can have lie on no partition date where clocks are behind or ahead of UTC.</summary>
    private CsvTimeBounds? TimeBoundsOf(int[] sourceColumns)
    {
        var zone = DatasetZone.Of(Dataset);
        if (Dataset.Find(Dataset.TimeColumn)!.Type.Kind != ColumnKind.TimestampTz || zone == ZoneRules.Utc) return null;
        var firstUs = EpochDay.Of(DateOnly.MinValue) * PartitionClock.MicrosecondsPerDay;
        var endUs = (EpochDay.Of(DateOnly.MaxValue) + 1) * PartitionClock.MicrosecondsPerDay;
        var column = sourceColumns[IndexOf(Dataset.TimeColumn)];
        return new CsvTimeBounds(column, Math.Max(firstUs, zone.StartOf(firstUs)), Math.Min(endUs, zone.StartOf(endUs)));
    }

    /// <summary>Gives a new dataset's column a wider type when a value needs one; the ingest then begins again.</summary>
    /// <exception cref="SchemaWidenedException">It does.</exception>
    internal void WidenFor(CsvReject reject, SourcePlan plan)
    {
        if (reject.Reason is < CsvRejectReason.Malformed or CsvRejectReason.Missing || Array.IndexOf(plan.SourceColumns, reject.Column) < 0) return;
        lock (_gate)
        {
            if (Wider is not null) throw new SchemaWidenedException();
            var name = NameOf(plan.Names[reject.Column]);
            if (!_columns.TryGetValue(name, out var current)) return;
            if (_fixedColumns.Contains(name) || ColumnTyper.Widen(current, Unquoted(reject.FieldText), plan.Dialect) is not { } wider) return;
            // The lake's columns keep their types; they may only learn another spelling of no value.
            if (_stored?.Find(name) is not null && wider.Type != current.Type) return;
            var columns = new Dictionary<string, TypedColumn>(_columns) { [name] = wider };
            var dataset = Dataset with { Columns = [.. Dataset.Columns.Select(column => column.Name == name ? new Column(name, wider.Type) : column)] };
            var what = wider.Type == current.Type ? $"reads '{reject.FieldText}' as no value" : $"becomes {wider.Type.ToSql().ToLowerInvariant()}, because {current.Type.ToSql().ToLowerInvariant()} cannot hold '{reject.FieldText}'";
            Wider = (With(dataset, columns), [$"column '{name}' {what} (line {reject.Line}); reading again from the start"]);
            throw new SchemaWidenedException();
        }
    }

    /// <summary>
    /// A column with the name of a time and a few texts that are none (a footer, a broken row) is a time all the same: those rows go to
    /// quarantine. Other columns stay text then, because text keeps every value.
    /// </summary>
    private static TypedColumn MostlyTimes(TypedColumn column, List<string?> values, CsvDialect dialect)
    {
        var texts = values.Where(value => !string.IsNullOrWhiteSpace(value)).ToList();
        if (ColumnTyper.TypeMost(column.Name, values, dialect) is { } most) return most;
        // What is a number to most texts may be an epoch.
        var numbers = texts.Where(text => ColumnTyper.IsNumber(text!, dialect)).ToList();
        return numbers.Count * 2 > texts.Count && ColumnTyper.Type(column.Name, numbers, dialect) is { AsTime: not null } epoch ? epoch : column;
    }

    /// <summary>What may be days first or months first among the first rows may be settled by others; what else they hold is left to its row.</summary>
    private static TypedColumn Settle(TypedColumn ambiguous, IEnumerable<string?> further, CsvDialect dialect)
    {
        // One text a day is enough, and many of one day would hide others from a look at the first of them.
        const int dayCharacters = 10;
        var fitted = ColumnTyper.Fit(ambiguous.Name, ambiguous.Type, further.DistinctBy(text => text is { Length: > dayCharacters } ? text[..dayCharacters] : text), dialect);
        return fitted.IsUnknown || fitted.IsAmbiguous ? ambiguous : ambiguous with { TimeFormat = fitted.TimeFormat, IsAmbiguous = false };
    }

    private static TypedColumn Spelled(TypedColumn column, IngestRequest request) =>
        request.TimeFormats.TryGetValue(column.Name, out var format) ? column with { TimeFormat = format, IsAmbiguous = false, IsEpochBySize = false } : column;

    private static string Unquoted(string text) => text is ['"', .., '"'] ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : text;

    private int IndexOf(string name) => _positions.GetValueOrDefault(name, -1);

    /// <summary>
    /// Every dataset has <c>date</c> (the partition date) and <c>symbol</c>, and a layout by months or years has <c>month</c> or
    /// <c>year</c>: a column of that name and another meaning gets a name of its own.
    /// </summary>
    private static string ReservedName(
        string source, string symbolColumn, string timeColumn, ColumnKind timeKind, string level) => source switch
        {
            Dataset.DateColumn when source == timeColumn && timeKind == ColumnKind.Date => source,
            Dataset.DateColumn when source == timeColumn => "date_time",
            Dataset.DateColumn => "source_date",
            Dataset.SymbolAlias when source != symbolColumn => "source_symbol",
            _ when source == level => "source_" + source,
            _ => source,
        };

    private string NameOf(string source) => source switch
    {
        Dataset.DateColumn when Dataset.Find(source) is null => Dataset.TimeColumn == "date_time" ? Dataset.TimeColumn : "source_date",
        Dataset.SymbolAlias when Dataset.Find(source) is null => "source_symbol",
        // Once it is called so it stays, whatever the layout becomes.
        "month" or "year" when Dataset.Find(source) is null && IsKept(source) => "source_" + source,
        _ => source,
    };

    private bool IsKept(string level) =>
        level == PartitionPath.TimeKey(Dataset.Partitioning) || Dataset.Find("source_" + level) is not null;

    /// <summary>Columns that are text because the first sources do not agree on what they are, one line each.</summary>
    private static IEnumerable<string> MixedColumns(IEnumerable<TypedColumn> columns, IReadOnlyList<SourceShape> shapes) =>
        from column in columns
        where column.Type.Kind == ColumnKind.Varchar
        let types = (from shape in shapes
                     let source = shape.Columns.FirstOrDefault(own => own.Name == column.Name)
                     where source is not null
                     let typed = ColumnTyper.Type(column.Name, shape.ValuesOf(source), shape.Profile.Sniffed.Dialect)
                     where !typed.IsUnknown
                     select (shape.Profile.File.Path, typed.Type)).ToList()
        where types.Exists(own => own.Type.Kind == ColumnKind.Varchar)
        let other = types.Find(own => own.Type.Kind != ColumnKind.Varchar)
        where other.Path is not null
        select $"column '{column.Name}' is text, which keeps every value: it is {other.Type.ToSql().ToLowerInvariant()} in {other.Path}, and text in {types.First(own => own.Type.Kind == ColumnKind.Varchar).Path}";

    /// <summary>What a new dataset's column is.</summary>
    private static TypedColumn TypeColumn(string column, List<string?> values, CsvDialect dialect, string? timeColumn, IngestRequest request)
    {
        var isTime = timeColumn is null ? RoleGuess.IsTimeName(column) : column == timeColumn;
        var isSaid = request.ColumnTypes.TryGetValue(column, out var type);
        var typed = isSaid ? ColumnTyper.Fit(column, type, values, dialect) : ColumnTyper.Type(column, values, dialect);
        if (isTime && request.IsHourEnding) return ColumnTyper.FitLocal(typed, values, countsHours: true, dialect) ?? typed;
        if (isTime && isSaid && type.Kind == ColumnKind.TimestampTz && request.TimeZone is not null) return ColumnTyper.FitLocal(typed, values, countsHours: false, dialect) ?? typed;
        return typed.Type.Kind == ColumnKind.Varchar && isTime && !isSaid ? MostlyTimes(typed, values, dialect) : typed;
    }

    /// <summary>What a draft was made from.</summary>
    /// <param name="Files">The sources whose first rows its types were chosen by.</param>
    /// <param name="MadeFrom">Finds the source that it was made from, for messages.</param>
    private sealed record Origin(HashSet<string> Files, Func<string?> MadeFrom);
}
