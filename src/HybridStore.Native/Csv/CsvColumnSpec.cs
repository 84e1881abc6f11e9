namespace HybridStore.Native.Csv;

/// <summary>What a column's fields are turned into, and how they are spelled.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Kind">What a field becomes.</param>
/// <param name="Width">A decimal's digits in all, 1 to 38; otherwise 0.</param>
/// <param name="Scale">A decimal's digits after the point, 0 to <paramref name="Width"/>; otherwise 0.</param>
/// <param name="TimeFormat">How a date's or timestamp's fields are spelled.</param>
/// <param name="NullTexts">Texts that stand for no value in this column; null for the dialect's.</param>
public sealed record CsvColumnSpec(
    string Name,
    CsvValueKind Kind,
    int Width = 0,
    int Scale = 0,
    CsvTimeFormat TimeFormat = CsvTimeFormat.Iso,
    IReadOnlyList<string>? NullTexts = null)
{
    /// <summary>Whether a row without a value here, or with an empty text, is rejected.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether values are left unread: a field must be well formed as one of the kind, and becomes nothing.</summary>
    public bool IsIgnored { get; init; }

    /// <summary>
    /// Whether a time is a day and the number of an hour in it, counted from 1: <c>2024-11-03 HE 25</c>, <c>11/3/2024 7</c>, <c>20241103 24:00</c>.
    /// It is then read as the day's midnight and as many microseconds as hours passed before that hour; <see cref="CsvReaderOptions.LocalTimes"/>
    /// makes an instant of it.
    /// </summary>
    public bool IsHourEnding { get; init; }

    /// <summary>Whether an epoch before 1973 or after 2100 is rejected: its unit was told by its size, and another size is another unit.</summary>
    public bool IsEpochBySize { get; init; }

    /// <summary>Bytes of one value in a <see cref="CsvBatch"/>; 0 for a skipped, ignored or blank column.</summary>
    public int ValueBytes => IsIgnored ? 0 : Kind switch
    {
        CsvValueKind.Skip or CsvValueKind.Blank => 0,
        CsvValueKind.Boolean => 1,
        CsvValueKind.Date => 4,
        CsvValueKind.Varchar => 16,
        CsvValueKind.Decimal when Width > 18 => 16,
        _ => 8,
    };
}
