using HybridStore.Native.Csv.Values;

namespace HybridStore.Native.Csv;

/// <summary>Asks of single texts what a <see cref="CsvReader"/> would make of them.</summary>
public static class CsvValue
{
    /// <summary>Reads a date or time.</summary>
    /// <param name="text">A field's text, without quotes.</param>
    /// <param name="column">A date, timestamp or timestamp with zone.</param>
    /// <returns>Microseconds since 1970-01-01 (a date's midnight); null when the text is no such time.</returns>
    public static long? TryTime(ReadOnlySpan<byte> text, CsvColumnSpec column)
    {
        const long MicrosecondsPerDay = 86_400_000_000;
        var value = text.Trim(" \t"u8);
        switch (column.Kind)
        {
            case CsvValueKind.Date:
                return TimeValue.ToDate(value, column.TimeFormat, out var days) == CsvRejectReason.None ? days * MicrosecondsPerDay : null;
            default:
                return TimeValue.Read(value, column, out var timeUs) == CsvRejectReason.None ? timeUs : null;
        }
    }

    /// <summary>Whether a column could store a text, and if not, why.</summary>
    /// <param name="text">A field's text, without quotes and not empty.</param>
    /// <param name="column">The column.</param>
    /// <param name="dialect">Spelling of numbers.</param>
    public static CsvRejectReason Check(ReadOnlySpan<byte> text, CsvColumnSpec column, CsvDialect dialect)
    {
        var groupMark = dialect.GroupMark ?? 0;
        var value = column.Kind == CsvValueKind.Varchar ? text : text.Trim(" \t"u8);
        return column.Kind switch
        {
            CsvValueKind.Blank => value.IsEmpty ? CsvRejectReason.None : CsvRejectReason.Malformed,
            CsvValueKind.Varchar => TextParser.Check(value),
            CsvValueKind.BigInt => NumberValue.ToBigInt(value, dialect.DecimalPoint, groupMark, out _),
            CsvValueKind.Double => NumberValue.ToDouble(value, dialect.DecimalPoint, groupMark, out _),
            CsvValueKind.Decimal => NumberValue.ToDecimal(value, dialect.DecimalPoint, groupMark, column.Width, column.Scale, out _),
            CsvValueKind.Boolean => NumberValue.ToBoolean(value, out _),
            CsvValueKind.Date => TimeValue.ToDate(value, column.TimeFormat, out _),
            CsvValueKind.Timestamp or CsvValueKind.TimestampTz => TimeValue.Read(value, column, out _),
            _ => CsvRejectReason.None,
        };
    }
}
