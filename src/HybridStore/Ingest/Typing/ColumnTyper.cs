using System.Text;
using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest.Typing;

/// <summary>Chooses a type for each column that holds all values of a sample exactly, and says what would hold one more.</summary>
/// <remarks>The reader's own rules decide what a type can hold, so that nothing is chosen which it then rejects.</remarks>
public static class ColumnTyper
{
    private static readonly CsvTimeFormat[] Calendars = [CsvTimeFormat.Iso, CsvTimeFormat.DayMonthYear, CsvTimeFormat.MonthDayYear, CsvTimeFormat.MonthName];

    /// <summary>Only the user can say these.</summary>
    private static readonly CsvTimeFormat[] ShortYears =
        [CsvTimeFormat.DayMonthShortYear, CsvTimeFormat.MonthDayShortYear, CsvTimeFormat.ShortYearMonthDay, CsvTimeFormat.MonthNameShortYear];

    /// <summary>Spellings of no value, as far as a column's other values are no text.</summary>
    private static readonly string[] KnownNullTexts = ["NULL", "null", "Null", "NA", "N/A", "n/a", "#N/A", "None", "none", "-", "--", "?", "\\N"];

    private const int FitTextsMax = 1000;

    /// <summary>Types the columns of a sniffed source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="moreRows">Rows from elsewhere in it.</param>
    public static IReadOnlyList<TypedColumn> Type(SniffedSource source, IEnumerable<IReadOnlyList<string?>>? moreRows = null)
    {
        IReadOnlyList<IReadOnlyList<string?>> rows = moreRows is null ? source.Rows : [.. source.Rows, .. moreRows.Where(row => row.Count == source.FieldCount)];
        return [.. source.ColumnNames.Select((name, column) => Type(name, rows.Select(row => row[column]), source.Dialect))];
    }

    /// <summary>Types one column.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">The sample's texts; null or empty for none.</param>
    /// <param name="dialect">Spelling of numbers.</param>
    public static TypedColumn Type(string name, IEnumerable<string?> values, CsvDialect dialect)
    {
        var texts = DistinctTexts(values);
        if (texts.Count == 0) return new TypedColumn(name, new ColumnType(ColumnKind.Varchar)) { IsUnknown = true };
        var nullTexts = KnownNullTexts.Intersect(texts).ToList();
        var real = nullTexts.Count == 0 || nullTexts.Count == texts.Count ? texts : [.. texts.Except(nullTexts)];
        var typed = TypeTexts(name, real, dialect);
        return typed.Type.Kind == ColumnKind.Varchar || real.Count == texts.Count ? typed : typed with { NullTexts = nullTexts };
    }

    /// <summary>The time that more than half of a column's texts are; null when they are none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">The sample's texts; null or empty for none.</param>
    /// <param name="dialect">Spelling of numbers.</param>
    internal static TypedColumn? TypeMost(string name, IReadOnlyList<string?> values, CsvDialect dialect)
    {
        var texts = values.OfType<string>().Where(text => !string.IsNullOrWhiteSpace(text)).Take(FitTextsMax).ToList();
        var held = (from format in Calendars.Append(CsvTimeFormat.Compact)
                    from kind in (ColumnKind[])[ColumnKind.Date, ColumnKind.Timestamp, ColumnKind.TimestampTz]
                    select (Format: format, Kind: kind, Count: CountHeld(SpecOf(new ColumnType(kind), format), texts, dialect))).ToList();
        var most = held.MaxBy(count => count.Count);
        if (most.Count * 2 <= texts.Count) return null;
        var isAmbiguous = most.Format == CsvTimeFormat.DayMonthYear && held.Exists(count => count.Format == CsvTimeFormat.MonthDayYear && count.Count == most.Count);
        return new TypedColumn(name, new ColumnType(most.Kind), most.Format) { IsAmbiguous = isAmbiguous };
    }

    /// <summary>How a source spells a column whose type is known.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type that it is stored as.</param>
    /// <param name="values">The sample's texts; null or empty for none.</param>
    /// <param name="dialect">Spelling of numbers.</param>
    /// <returns>The column with the time format that reads most of the sample, and the spellings of no value that occur in it.</returns>
    public static TypedColumn Fit(string name, ColumnType type, IEnumerable<string?> values, CsvDialect dialect)
    {
        var texts = DistinctTexts(values);
        if (type.Kind == ColumnKind.Varchar) return new TypedColumn(name, type) { IsUnknown = texts.Count == 0 };
        var nullTexts = KnownNullTexts.Intersect(texts).ToList();
        var column = new TypedColumn(name, type, NullTexts: nullTexts.Count == 0 ? null : nullTexts) { IsUnknown = texts.Count == 0 };
        if (type.Kind is not (ColumnKind.Date or ColumnKind.Timestamp or ColumnKind.TimestampTz) || texts.Count == 0) return column;
        texts = [.. texts.Except(nullTexts).Take(FitTextsMax)];
        var formats = Enum.GetValues<CsvTimeFormat>().Except(ShortYears).Where(format => type.Kind != ColumnKind.Date || format < CsvTimeFormat.EpochSeconds);
        var held = formats.Select(format => (Format: format, Count: CountHeld(SpecOf(type, format), texts, dialect))).ToList();
        var most = held.Max(count => count.Count);
        var best = held.First(count => count.Count == most).Format;
        if (best >= CsvTimeFormat.EpochSeconds) best = EpochFormat(texts, dialect) ?? best;
        var isAmbiguous = best == CsvTimeFormat.DayMonthYear && held.Any(count => count.Format == CsvTimeFormat.MonthDayYear && count.Count == most);
        return column with { TimeFormat = best, IsAmbiguous = isAmbiguous, IsEpochBySize = best >= CsvTimeFormat.EpochSeconds };
    }

    /// <summary>How a source spells a column of instants whose texts name no zone.</summary>
    /// <param name="column">A column of instants, as far as it is known.</param>
    /// <param name="values">The sample's texts; null or empty for none.</param>
    /// <param name="countsHours">Whether the texts are days and the numbers of their hours.</param>
    /// <param name="dialect">Spelling of numbers.</param>
    /// <returns>Null when more of the texts are instants by themselves, or none is a local time.</returns>
    public static TypedColumn? FitLocal(TypedColumn column, IEnumerable<string?> values, bool countsHours, CsvDialect dialect)
    {
        List<string> texts = [.. DistinctTexts(values).Take(FitTextsMax)];
        var type = new ColumnType(ColumnKind.Timestamp);
        var held = Calendars.Append(CsvTimeFormat.Compact)
            .Select(format => (Format: format, Count: CountHeld(SpecOf(type, format) with { IsHourEnding = countsHours }, texts, dialect))).ToList();
        var most = held.Max(count => count.Count);
        var instants = countsHours ? 0 : CountHeld(SpecOf(column.Type, column.TimeFormat), texts, dialect);
        if (most <= instants) return null;
        var best = held.First(count => count.Count == most).Format;
        return column with
        {
            Type = new ColumnType(ColumnKind.TimestampTz),
            AsTime = null,
            TimeFormat = best,
            IsLocal = true,
            IsHourEnding = countsHours,
            IsAmbiguous = best == CsvTimeFormat.DayMonthYear && held.Any(count => count.Format == CsvTimeFormat.MonthDayYear && count.Count == most),
        };
    }

    /// <summary>The type that holds all that a column's type holds, and one more text.</summary>
    /// <param name="column">The column.</param>
    /// <param name="text">A text that its type cannot hold.</param>
    /// <param name="dialect">Spelling of numbers.</param>
    /// <returns>Null when the text is no value of any such type: it belongs into quarantine. Repeated widening ends: it never comes back to a type.</returns>
    public static TypedColumn? Widen(TypedColumn column, string text, CsvDialect dialect)
    {
        var isNumeric = column.Type.Kind is ColumnKind.BigInt or ColumnKind.Double or ColumnKind.Decimal;
        if (column.Type.Kind != ColumnKind.Varchar && KnownNullTexts.Contains(text) && column.NullTexts?.Contains(text) != true)
        {
            return column with { NullTexts = [.. column.NullTexts ?? [], text] };
        }

        if (isNumeric)
        {
            // In a column of text, None is a text. One long number does not make decimals of a column that could not be read as such.
            return NumberTyper.Widen(column.Type, text, dialect) is { } type && !(column.NeedsDouble && type.Kind == ColumnKind.Decimal) ? column with { Type = type, AsTime = null, NullTexts = type.Kind == ColumnKind.Varchar ? null : column.NullTexts } : null;
        }

        var timestamp = new ColumnType(ColumnKind.Timestamp);
        return column.Type.Kind == ColumnKind.Date && Holds(timestamp, column.TimeFormat, text, dialect) ? column with { Type = timestamp } : null;
    }

    internal static bool Holds(ColumnType type, CsvTimeFormat format, string text, CsvDialect dialect) => Check(SpecOf(type, format), text, dialect) == CsvRejectReason.None;

    internal static bool HoldsAll(ColumnType type, CsvTimeFormat format, List<string> texts, CsvDialect dialect)
    {
        var spec = SpecOf(type, format);
        return texts.TrueForAll(text => Check(spec, text, dialect) == CsvRejectReason.None);
    }

    internal static bool IsNumber(string text, CsvDialect dialect) =>
        Check(SpecOf(new ColumnType(ColumnKind.Double), CsvTimeFormat.Iso), text, dialect) is CsvRejectReason.None or CsvRejectReason.NotExact or CsvRejectReason.OutOfRange;

    internal static bool IsNumberOrTime(string text, CsvDialect dialect) =>
        IsNumber(text, dialect)
        || Calendars.Any(format => Holds(new ColumnType(ColumnKind.Timestamp), format, text, dialect) || Holds(new ColumnType(ColumnKind.TimestampTz), format, text, dialect));

    private static List<string> DistinctTexts(IEnumerable<string?> values) => [.. values.Where(value => !string.IsNullOrWhiteSpace(value)).Distinct().Select(value => value!)];

    private static TypedColumn TypeTexts(string name, List<string> texts, CsvDialect dialect)
    {
        if (texts.TrueForAll(text => text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("false", StringComparison.OrdinalIgnoreCase)))
        {
            return new TypedColumn(name, new ColumnType(ColumnKind.Boolean));
        }

        if (NumberTyper.Find(texts, dialect) is { } number)
        {
            var asTime = number.Kind is ColumnKind.BigInt or ColumnKind.Double ? NumberAsTime(texts, dialect) : null;
            return new TypedColumn(name, number) { AsTime = asTime, IsEpochBySize = asTime?.Format >= CsvTimeFormat.EpochSeconds, InexactTime = asTime is null ? FindInexactEpoch(texts) : null, NeedsDouble = NumberTyper.NeedsDouble(number, texts, dialect) };
        }

        var times = Calendars.Append(CsvTimeFormat.Compact).Select(format => TypeTimes(name, texts, format, dialect)).OfType<TypedColumn>().ToList();
        if (times.Count == 0) return new TypedColumn(name, new ColumnType(ColumnKind.Varchar)) { InexactTime = FindInexactTime(texts, dialect), ShortYear = FindShortYear(texts, dialect) };
        return times[0] with { IsAmbiguous = times.Count > 1 };
    }

    private static TypedColumn? TypeTimes(string name, List<string> texts, CsvTimeFormat format, CsvDialect dialect)
    {
        foreach (var kind in (ReadOnlySpan<ColumnKind>)[ColumnKind.Date, ColumnKind.Timestamp, ColumnKind.TimestampTz])
        {
            var type = new ColumnType(kind);
            if (HoldsAll(type, format, texts, dialect)) return new TypedColumn(name, type, format);
        }

        return null;
    }

    private static (ColumnType Type, CsvTimeFormat Format)? NumberAsTime(List<string> texts, CsvDialect dialect)
    {
        foreach (var kind in (ReadOnlySpan<ColumnKind>)[ColumnKind.Date, ColumnKind.Timestamp])
        {
            var type = new ColumnType(kind);
            if (texts.TrueForAll(text => IsLikelyYear(text) && Holds(type, CsvTimeFormat.Compact, text, dialect))) return (type, CsvTimeFormat.Compact);
        }

        return EpochFormat(texts, dialect) is { } format ? (new ColumnType(ColumnKind.TimestampTz), format) : null;
    }

    private static bool IsLikelyYear(string text) => text.Length >= 8 && (text.StartsWith("19", StringComparison.Ordinal) || text.StartsWith("20", StringComparison.Ordinal));

    /// <summary>The one unit in which every value lies between 1973 and 2100.</summary>
    private static CsvTimeFormat? EpochFormat(List<string> texts, CsvDialect dialect)
    {
        const long FirstUs = 100_000_000L * 1_000_000;
        const long LastUs = 4_102_444_800L * 1_000_000;
        foreach (var (format, digits) in (ReadOnlySpan<(CsvTimeFormat, int)>)
            [(CsvTimeFormat.EpochSeconds, 6), (CsvTimeFormat.EpochMilliseconds, 3), (CsvTimeFormat.EpochMicroseconds, 0), (CsvTimeFormat.EpochNanoseconds, -3)])
        {
            var factor = (decimal)Math.Pow(10, digits);
            if (texts.TrueForAll(text => decimal.TryParse(text, out var value) && value * factor is >= FirstUs and <= LastUs
                && Holds(new ColumnType(ColumnKind.TimestampTz), format, text, dialect))) return format;
        }

        return null;
    }

    private static string? FindInexactTime(List<string> texts, CsvDialect dialect) =>
        Calendars.Append(CsvTimeFormat.Compact).Select(format => FindInexactTime(texts, format, dialect)).FirstOrDefault(text => text is not null);

    private static string? FindInexactTime(List<string> texts, CsvTimeFormat format, CsvDialect dialect)
    {
        var local = SpecOf(new ColumnType(ColumnKind.Timestamp), format);
        var instant = SpecOf(new ColumnType(ColumnKind.TimestampTz), format);
        string? inexact = null;
        foreach (var text in texts)
        {
            var reason = Check(local, text, dialect);
            if (reason == CsvRejectReason.HasZone) reason = Check(instant, text, dialect);
            if (reason == CsvRejectReason.NotExact) inexact ??= text;
            else if (reason != CsvRejectReason.None) return null;
        }

        return inexact;
    }

    /// <summary>A number of 19 digits that is a time of our days in nanoseconds, and no whole microsecond.</summary>
    private static string? FindInexactEpoch(List<string> texts)
    {
        const long FirstNs = 100_000_000L * 1_000_000_000;
        const long LastNs = 4_102_444_800L * 1_000_000_000;
        return texts.TrueForAll(text => long.TryParse(text, out var ns) && ns is >= FirstNs and <= LastNs) ? texts.Find(text => !text.EndsWith("000", StringComparison.Ordinal)) : null;
    }

    private static string? FindShortYear(List<string> texts, CsvDialect dialect)
    {
        var isShort = ShortYears.Any(format => HoldsAll(new ColumnType(ColumnKind.Timestamp), format, texts, dialect));
        return isShort ? texts[0] : null;
    }

    private static int CountHeld(CsvColumnSpec spec, List<string> texts, CsvDialect dialect) => texts.Count(text => Check(spec, text, dialect) == CsvRejectReason.None);

    private static CsvColumnSpec SpecOf(ColumnType type, CsvTimeFormat format) => new("", TypedColumn.ToKind(type.Kind), type.Width, type.Scale, format);

    private static CsvRejectReason Check(CsvColumnSpec spec, string text, CsvDialect dialect)
    {
        const int stackBytes = 256;
        Span<byte> bytes = text.Length * 3 <= stackBytes ? stackalloc byte[stackBytes] : new byte[text.Length * 3];
        return CsvValue.Check(bytes[..Encoding.UTF8.GetBytes(text, bytes)], spec, dialect);
    }
}
