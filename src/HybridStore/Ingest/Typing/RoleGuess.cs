using HybridStore.Schema;

namespace HybridStore.Ingest.Typing;

/// <summary>Finds the columns that are symbol and time by their names and types.</summary>
public static class RoleGuess
{
    /// <summary>Names of symbol columns, the surest first; compared without case and punctuation.</summary>
    private static readonly string[] SymbolNames =
    [
        "symbol", "ticker", "sym", "instrument", "duid", "generatorid", "generator", "ric", "isin", "symbolid", "tickersymbol", "instrumentid", "root",
        "security", "securityid", "contract", "pair", "asset", "coin", "product", "stock", "code", "figi", "cusip", "sedol", "unit", "unitid", "station",
        "region", "regionid", "node", "meter", "meterid", "sensor", "series", "key", "name", "id",
    ];

    /// <summary>Names of time columns, the surest first.</summary>
    private static readonly string[] TimeNames =
    [
        "timestamp", "datetime", "time", "ts", "settlementdate", "intervaldatetime", "interval", "timestamputc", "datetimeutc", "timeutc", "eventtime", "tradetime",
        "quotetime", "localtime", "localdatetime", "timem", "participanttimestamp", "siptimestamp", "exchangetime", "tsevent", "opentime", "starttime", "periodstart", "start", "hourending", "periodend",
        "endtime", "end", "date", "tradedate", "deliverydate", "flowdate", "operatingday", "businessdate", "localdate", "tradingday", "day", "dt", "t",
    ];

    /// <summary>Finds both columns.</summary>
    /// <param name="columns">The source's columns.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="symbolColumn">The symbol column's name, when the user gave it.</param>
    /// <param name="timeColumn">The time column's name, when the user gave it.</param>
    /// <param name="needsSymbol">False when the user gave the symbol another way.</param>
    /// <exception cref="StoreException">SourceData: no column fits. Usage: there is no such column, or more than one that fits; the message says what to give.</exception>
    public static ColumnRoles Find(IReadOnlyList<TypedColumn> columns, string source, string? symbolColumn = null, string? timeColumn = null, bool needsSymbol = true)
    {
        var reasons = new List<string>();
        var time = timeColumn is null ? FindTime(columns, source, reasons) : Named(columns, timeColumn, source, "--time-column", reasons, "time");
        var symbol = symbolColumn is not null ? Named(columns, symbolColumn, source, "--symbol-column", reasons, "symbol")
            : needsSymbol ? FindSymbol(columns, columns[time].Name, source, reasons) : -1;
        if (symbol == time) throw new StoreException(StoreErrorKind.Usage, $"{source}: column '{columns[time].Name}' cannot be both symbol and time. Give --symbol-column and --time-column.");
        var typed = columns.Select((column, index) => index == time ? column : WithoutGuess(column, reasons)).ToArray();
        typed[time] = AsTime(columns[time], source);
        if (symbol >= 0) typed[symbol] = new TypedColumn(columns[symbol].Name, new ColumnType(ColumnKind.Varchar));
        return new ColumnRoles(typed, symbol < 0 ? null : typed[symbol].Name, typed[time].Name, reasons);
    }

    /// <summary>Whether a column may be the time by its name.</summary>
    internal static bool IsTimeName(string name) => Rank(name, TimeNames) is not null;

    private static int Named(IReadOnlyList<TypedColumn> columns, string name, string source, string flag, List<string> reasons, string role)
    {
        for (var column = 0; column < columns.Count; column++)
        {
            if (!columns[column].Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) continue;
            reasons.Add($"'{columns[column].Name}' is the {role} column, because {flag} says so.");
            return column;
        }

        throw new StoreException(StoreErrorKind.Usage, $"{source}: {flag} names '{name}', found only {List(columns)}. Give one of these.");
    }

    private static int FindTime(IReadOnlyList<TypedColumn> columns, string source, List<string> reasons)
    {
        var fitting = Enumerable.Range(0, columns.Count).Where(column => IsTime(columns[column]) || columns[column].AsTime is not null).ToList();
        // A day and a time of day apart from each other would lose the time; whole times go first, whatever their names.
        var named = fitting.Where(column => Rank(columns[column].Name, TimeNames) is not null)
            .OrderBy(column => IsDay(columns[column]))
            .ThenBy(column => Rank(columns[column].Name, TimeNames))
            .ToList();
        if (named.Count > 0)
        {
            reasons.Add($"'{columns[named[0]].Name}' is the time column, by its name and its values.");
            return named[0];
        }

        var typed = fitting.Where(column => IsTime(columns[column])).ToList();
        if (typed.Count == 1)
        {
            reasons.Add($"'{columns[typed[0]].Name}' is the time column, the only one that holds times.");
            return typed[0];
        }

        if (columns.FirstOrDefault(column => column.InexactTime is not null && (column.Type.Kind == ColumnKind.Varchar || IsTimeName(column.Name))) is { } inexact) throw Inexact(inexact, source);
        if (columns.FirstOrDefault(column => column.ShortYear is not null) is { } shortYear) throw ShortYear(shortYear, source);
        throw new StoreException(typed.Count == 0 ? StoreErrorKind.SourceData : StoreErrorKind.Usage, typed.Count == 0
            ? $"{source}: expected a column of dates or times, found none among {List(columns)}. Name it with --time-column."
            : $"{source}: expected one column of dates or times, found {List([.. typed.Select(column => columns[column])])}. Say which with --time-column.");
    }

    private static int FindSymbol(IReadOnlyList<TypedColumn> columns, string timeColumn, string source, List<string> reasons)
    {
        var others = Enumerable.Range(0, columns.Count).Where(column => columns[column].Name != timeColumn).ToList();
        var named = others.Where(column => Rank(columns[column].Name, SymbolNames) is not null && !IsTime(columns[column]))
            .OrderBy(column => Rank(columns[column].Name, SymbolNames))
            .ToList();
        if (named.Count > 0)
        {
            reasons.Add($"'{columns[named[0]].Name}' is the symbol column, by its name.");
            return named[0];
        }

        var texts = others.Where(column => columns[column].Type.Kind == ColumnKind.Varchar && !columns[column].IsUnknown).ToList();
        if (texts.Count == 1)
        {
            reasons.Add($"'{columns[texts[0]].Name}' is the symbol column, the only one that holds text.");
            return texts[0];
        }

        throw new StoreException(texts.Count == 0 ? StoreErrorKind.SourceData : StoreErrorKind.Usage, texts.Count == 0
            ? $"{source}: expected a column with the symbol, found none among {List(columns)}. Name it with --symbol-column, or give --symbol or --path-pattern."
            : $"{source}: expected one column with the symbol, found {List([.. texts.Select(column => columns[column])])}. Say which with --symbol-column.");
    }

    /// <summary>Days that could as well be months are kept as they are spelled.</summary>
    private static TypedColumn WithoutGuess(TypedColumn column, List<string> reasons)
    {
        if (!column.IsAmbiguous) return column;
        reasons.Add($"'{column.Name}' is kept as text: its dates read as day/month/year and as month/day/year.");
        return new TypedColumn(column.Name, new ColumnType(ColumnKind.Varchar));
    }

    private static TypedColumn AsTime(TypedColumn column, string source)
    {
        if (column.IsAmbiguous)
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{source}: column '{column.Name}' reads as day/month/year and as month/day/year in the whole sample. Say which with --columns {column.Name}:timestamp:dmy or {column.Name}:timestamp:mdy.");
        }

        if (IsTime(column)) return column;
        if (column.AsTime is { } time) return column with { Type = time.Type, TimeFormat = time.Format, AsTime = null };
        if (column.InexactTime is not null) throw Inexact(column, source);
        if (column.ShortYear is not null) throw ShortYear(column, source);
        throw new StoreException(StoreErrorKind.Usage, $"{source}: expected dates or times in column '{column.Name}', found {column.Type} values. Name another with --time-column.");
    }

    private static StoreException Inexact(TypedColumn column, string source) => new(
        StoreErrorKind.SourceData,
        $"{source}: column '{column.Name}': expected times of whole microseconds, found '{column.InexactTime}'. Nanoseconds cannot be stored in a time column: round them first, or add a column of epoch nanoseconds.");

    private static StoreException ShortYear(TypedColumn column, string source) => new(
        StoreErrorKind.Usage,
        $"{source}: column '{column.Name}': expected years of four digits, found '{column.ShortYear}'. Say what it means with --columns {column.Name}:timestamp:dmy2, :mdy2, :ymd2 or :dby2 (for 01-Nov-24); years from 69 are then of the 1900s.");

    private static bool IsTime(TypedColumn column) => column.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp or ColumnKind.TimestampTz;

    private static bool IsDay(TypedColumn column) => (column.AsTime?.Type ?? column.Type).Kind == ColumnKind.Date;

    private static int? Rank(string name, string[] names)
    {
        var plain = string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        var rank = Array.IndexOf(names, plain);
        return rank < 0 ? null : rank;
    }

    private static string List(IReadOnlyList<TypedColumn> columns) => string.Join(", ", columns.Take(20).Select(column => $"'{column.Name}'")) + (columns.Count > 20 ? " and others" : "");
}
