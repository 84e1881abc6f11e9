using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest.Typing;

/// <summary>A source's column, and how its texts become values.</summary>
/// <param name="Name">Folded to lower case, unique in its source.</param>
/// <param name="Type">What its values are stored as.</param>
/// <param name="TimeFormat">How its dates or times are spelled.</param>
/// <param name="NullTexts">Texts that stand for no value, beside the source's.</param>
public sealed record TypedColumn(string Name, ColumnType Type, CsvTimeFormat TimeFormat = CsvTimeFormat.Iso, IReadOnlyList<string>? NullTexts = null)
{
    /// <summary>What the column would be as a time: for whole numbers that can be epochs or days such as 20241101.</summary>
    public (ColumnType Type, CsvTimeFormat Format)? AsTime { get; init; }

    /// <summary>Whether the sample reads as days first and as months first.</summary>
    public bool IsAmbiguous { get; init; }

    /// <summary>Whether the sample has no value at all for it.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>A value of the sample that kept the column from being a time, though it is one: it has nanoseconds.</summary>
    public string? InexactTime { get; init; }

    /// <summary>A value of the sample that is a day with a year of two digits: nobody but the user knows its order and century.</summary>
    public string? ShortYear { get; init; }

    /// <summary>Whether its times are an hour's number in its day, counted from 1.</summary>
    public bool IsHourEnding { get; init; }

    /// <summary>Whether its times name no zone, and become instants by the dataset's.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether its epochs' unit was told by their size.</summary>
    public bool IsEpochBySize { get; init; }

    /// <summary>Whether the sample has numbers that no decimal holds: 1e-300, NaN.</summary>
    public bool NeedsDouble { get; init; }

    /// <summary>How the CSV reader has to read the column.</summary>
    /// <param name="dialect">The source's.</param>
    public CsvColumnSpec ToSpec(CsvDialect dialect) => new(
        Name,
        IsLocal ? CsvValueKind.Timestamp : ToKind(Type.Kind),
        Type.Width,
        Type.Scale,
        TimeFormat,
        NullTexts is null || NullTexts.Count == 0 ? null : [.. dialect.NullTexts, .. NullTexts])
    {
        IsHourEnding = IsHourEnding,
        IsEpochBySize = IsEpochBySize,
    };

    internal static CsvValueKind ToKind(ColumnKind kind) => kind switch
    {
        ColumnKind.Boolean => CsvValueKind.Boolean,
        ColumnKind.BigInt => CsvValueKind.BigInt,
        ColumnKind.Double => CsvValueKind.Double,
        ColumnKind.Decimal => CsvValueKind.Decimal,
        ColumnKind.Date => CsvValueKind.Date,
        ColumnKind.Timestamp => CsvValueKind.Timestamp,
        ColumnKind.TimestampTz => CsvValueKind.TimestampTz,
        _ => CsvValueKind.Varchar,
    };
}
