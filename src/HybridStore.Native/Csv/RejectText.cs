namespace HybridStore.Native.Csv;

/// <summary>The words for what was expected and found.</summary>
internal static class RejectText
{
    private const int FoundCharactersMax = 80;

    internal static string OfRow(CsvRejectReason reason, int columnCount, int fieldCount, int recordBytesMax) => reason switch
    {
        CsvRejectReason.TooFewFields or CsvRejectReason.TooManyFields => $"expected {columnCount} fields, found {fieldCount}",
        CsvRejectReason.TextAfterQuote => "expected a delimiter or the line's end after a closing quote, found other text",
        CsvRejectReason.UnterminatedQuote => $"expected a closing quote, found none within {recordBytesMax} bytes or before the end of the file",
        CsvRejectReason.LineBreakInValue => "expected a closing quote on the same line, found a line break",
        _ => $"expected a record of up to {recordBytesMax} bytes, found a longer one",
    };

    internal static string OfValue(CsvRejectReason reason, CsvColumnSpec column, string found)
    {
        if (found.Length > FoundCharactersMax) found = found[..FoundCharactersMax] + "...";
        return reason switch
        {
            CsvRejectReason.OutOfRange => $"expected {Expected(column)}, found '{found}', which is beyond its range",
            CsvRejectReason.NotExact => $"expected {Expected(column)}, found '{found}', which it cannot hold exactly",
            CsvRejectReason.NoSuchTime => $"expected {Expected(column)}, found '{found}': there is no such day or time",
            CsvRejectReason.DoubledTime => $"expected a time that comes once, found '{found}', which comes twice when the clocks go back, and the order of the rows does not tell which it is",
            CsvRejectReason.HasZone => $"expected {Expected(column)}, found '{found}', which names a zone",
            CsvRejectReason.NoZone => $"expected {Expected(column)}, found '{found}', which names no zone",
            CsvRejectReason.Missing => $"expected {Expected(column)}, found nothing",
            CsvRejectReason.NulByte => "expected text, found a NUL byte in it",
            CsvRejectReason.InvalidUtf8 => $"expected UTF-8 text, found bytes that are none in '{found}'",
            _ => $"expected {Expected(column)}, found '{found}'",
        };
    }

    private static string Expected(CsvColumnSpec column) => column.Kind switch
    {
        CsvValueKind.Blank => "nothing behind the last column",
        CsvValueKind.BigInt => "a whole number",
        CsvValueKind.Double => "a number",
        CsvValueKind.Decimal => $"a decimal number with up to {column.Width - column.Scale} digits before and {column.Scale} after the point",
        CsvValueKind.Boolean => "true or false",
        CsvValueKind.Date => $"a date such as {Day(column.TimeFormat)}",
        CsvValueKind.Timestamp or CsvValueKind.TimestampTz => $"a time such as {Time(column)}",
        _ => "text",
    };

    private static string Day(CsvTimeFormat format) => format switch
    {
        CsvTimeFormat.Compact => "20241130",
        CsvTimeFormat.DayMonthYear => "30/11/2024",
        CsvTimeFormat.MonthDayYear => "11/30/2024",
        CsvTimeFormat.MonthName => "30-Nov-2024",
        CsvTimeFormat.DayMonthShortYear => "30/11/24",
        CsvTimeFormat.MonthDayShortYear => "11/30/24",
        CsvTimeFormat.ShortYearMonthDay => "24-11-30",
        CsvTimeFormat.MonthNameShortYear => "30-Nov-24",
        _ => "2024-11-30",
    };

    private static string Time(CsvColumnSpec column) => column.TimeFormat switch
    {
        CsvTimeFormat.EpochSeconds => "1732982400",
        CsvTimeFormat.EpochMilliseconds => "1732982400000",
        CsvTimeFormat.EpochMicroseconds => "1732982400000000",
        CsvTimeFormat.EpochNanoseconds => "1732982400000000000",
        _ when column.IsHourEnding => Day(column.TimeFormat) + " HE 17",
        CsvTimeFormat.Compact => "20241130 160000" + Zone(column),
        var format => Day(format) + " 16:00:00" + Zone(column),
    };

    private static string Zone(CsvColumnSpec column) => column.Kind == CsvValueKind.TimestampTz ? "Z" : "";
}
