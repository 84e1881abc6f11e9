using System.Globalization;
using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Which columns a source offers: its fields, and what is put together from them, from its path and from what the user says.</summary>
internal sealed class SourceShape
{
    private static readonly string[] TimeNames = ["timestamp", "date_time", "day_time", "day_and_time"];

    private readonly IngestRequest _request;
    private readonly List<SourceColumn> _columns;
    private readonly List<string> _reasons = [];

    private SourceShape(SourceProfile profile, IngestRequest request)
    {
        Profile = profile;
        _request = request;
        _columns = [.. profile.Sniffed.ColumnNames.Select(SourceColumn.Of)];
    }

    /// <summary>The source.</summary>
    internal SourceProfile Profile { get; }

    /// <summary>The columns, in their order.</summary>
    internal IReadOnlyList<SourceColumn> Columns => _columns;

    /// <summary>What the user should know of them, one line each.</summary>
    internal IReadOnlyList<string> Reasons => _reasons;

    /// <summary>The time column, when it is composed.</summary>
    internal string? TimeColumn { get; private set; }

    /// <summary>The symbol column, when no field is it.</summary>
    internal string? SymbolColumn { get; private set; }

    /// <summary>The shape of a source of a dataset that is still to be made.</summary>
    /// <param name="profile">The source.</param>
    /// <param name="request">What the user says of it.</param>
    /// <exception cref="StoreException">Usage: what the user says does not fit the source.</exception>
    internal static SourceShape Of(SourceProfile profile, IngestRequest request)
    {
        var shape = new SourceShape(profile, request);
        var names = profile.Sniffed.ColumnNames;
        shape.ComposeTime(TimeNames.Except(names).First(), canBeField: true);
        if (profile.File.Symbol is not null) shape.AddSymbol(request.SymbolColumn?.ToLowerInvariant() ?? Dataset.SymbolAlias);
        return shape;
    }

    /// <summary>The shape of a source of a dataset.</summary>
    /// <param name="profile">The source.</param>
    /// <param name="request">What the user says of it.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="nameOf">How the dataset calls a field.</param>
    /// <exception cref="StoreException">Usage: what the user says does not fit the source.</exception>
    internal static SourceShape Of(SourceProfile profile, IngestRequest request, Dataset dataset, Func<string, string> nameOf)
    {
        var shape = new SourceShape(profile, request);
        if (!profile.Sniffed.ColumnNames.Any(name => nameOf(name) == dataset.TimeColumn)) shape.ComposeTime(dataset.TimeColumn, canBeField: false);
        if (profile.File.Symbol is not null) shape.AddSymbol(dataset.SymbolColumn);
        return shape;
    }

    /// <summary>The sample's texts of a column.</summary>
    internal IEnumerable<string?> ValuesOf(SourceColumn column) => Profile.Sniffed.Rows.Select(column.TextOf);

    /// <summary>Texts of a column from further on in the source, as far as it was looked at there.</summary>
    internal IEnumerable<string?> FurtherValuesOf(SourceColumn column) => Profile.Spread is { } spread ? spread.Runs.SelectMany(run => run).Select(column.TextOf) : [];

    /// <summary>Whether a reason that was found without the shape says less than the shape's own.</summary>
    internal bool Tells(string reason) => (TimeColumn is { } time && reason.StartsWith($"'{time}' is the time column", StringComparison.Ordinal))
        || (SymbolColumn is { } symbol && reason.StartsWith($"'{symbol}' is the symbol column", StringComparison.Ordinal));

    private void AddSymbol(string name)
    {
        if (_columns.Exists(column => column.Name == name))
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{Profile.File.Path}: has a column '{name}' of its own, and {(_request.Symbol is null ? "--path-pattern" : "--symbol")} gives the symbol too. Leave that out, or call the given one otherwise with --symbol-column.");
        }

        _columns.Insert(0, SourceColumn.Composed(name, CsvPart.Of(Profile.File.Symbol!)));
        SymbolColumn = name;
        _reasons.Add($"'{name}' is the symbol column: {(_request.Symbol is null ? "its value is told by each file's path" : $"its value is '{_request.Symbol}' in all rows")}.");
    }

    private void ComposeTime(string name, bool canBeField)
    {
        if (_request.TimeColumn?.Split('+') is { Length: > 1 } given)
        {
            if (given.Length != 2) throw new StoreException(StoreErrorKind.Usage, $"--time-column: expected a column, or a day and a time of day as day+time, found '{_request.TimeColumn}'.");
            Join(name, Named(given[0]), Named(given[1]));
            return;
        }

        var asked = _request.TimeColumn is { } text && canBeField ? Named(text) : null;
        var times = TimesOfDay(asked);
        if (Profile.File.Day is { } day)
        {
            if (times.Count > 0) Join(name, CsvPart.Of(day.ToString("O", CultureInfo.InvariantCulture)), times[0], "the day in the file's path");
            else if (asked is null && !_columns.Exists(column => IsTime(column, needsName: true))) AddDay(day, canBeField ? Dataset.DateColumn : name);
            return;
        }

        if (asked is not null || times.Count == 0 || (canBeField && _columns.Exists(column => IsTime(column, needsName: true) && !IsDay(column)))) return;
        if (_columns.Find(column => RoleGuess.IsTimeName(column.Name) && IsDay(column)) is { } days && days != times[0]) Join(name, days, times[0]);
    }

    private void Join(string name, SourceColumn day, SourceColumn time) => Join(name, CsvPart.Of(day.Field), time, $"'{day.Name}'", day);

    private void Join(string name, CsvPart day, SourceColumn time, string dayText, SourceColumn? dayColumn = null)
    {
        var place = _columns.IndexOf(dayColumn ?? time);
        _columns.Insert(place, SourceColumn.Composed(name, day, CsvPart.Of(" "), CsvPart.Of(time.Field)));
        _columns.Remove(time);
        if (dayColumn is not null) _columns.Remove(dayColumn);
        TimeColumn = name;
        _reasons.Add($"'{name}' is the time column: {dayText} and '{time.Name}' together.");
    }

    private void AddDay(DateOnly day, string name)
    {
        if (_columns.Exists(column => column.Name == name)) return;
        _columns.Insert(0, SourceColumn.Composed(name, CsvPart.Of(day.ToString("O", CultureInfo.InvariantCulture))));
        TimeColumn = name;
        _reasons.Add($"'{name}' is the time column: the day in each file's path.");
    }

    private SourceColumn Named(string name) => _columns.Find(column => column.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) ?? throw new StoreException(
        StoreErrorKind.Usage, $"{Profile.File.Path}: --time-column names '{name}', which is no column. {Suggestion.For(name, Profile.Sniffed.ColumnNames)}");

    /// <summary>The columns of times of day, those with the name of a time first.</summary>
    private List<SourceColumn> TimesOfDay(SourceColumn? asked) =>
    [
        .. _columns.Where(column => (asked is null || column == asked) && TimeOfDayText.AreAll(column.Name, ValuesOf(column), _request.IsHourEnding))
            .OrderByDescending(column => RoleGuess.IsTimeName(column.Name)),
    ];

    private bool IsDay(SourceColumn column)
    {
        var typed = ColumnTyper.Type(column.Name, ValuesOf(column), Profile.Sniffed.Dialect);
        return (typed.AsTime?.Type ?? typed.Type).Kind == ColumnKind.Date;
    }

    private bool IsTime(SourceColumn column, bool needsName)
    {
        if (needsName && !RoleGuess.IsTimeName(column.Name)) return false;
        var typed = ColumnTyper.Type(column.Name, ValuesOf(column), Profile.Sniffed.Dialect);
        return typed.AsTime is not null || typed.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp or ColumnKind.TimestampTz;
    }
}
