namespace HybridStore.Native.Csv;

/// <summary>How a CSV file is spelled.</summary>
/// <remarks>Bytes, not characters: every mark is ASCII. Records end in LF or CR LF, also mixed.</remarks>
public sealed record CsvDialect
{
    /// <summary>Between fields.</summary>
    public byte Delimiter { get; init; } = (byte)',';

    /// <summary>Around fields that hold a delimiter or a line break; null when there are none, and every byte is literal.</summary>
    public byte? Quote { get; init; } = (byte)'"';

    /// <summary>Before a quote inside a quoted field; null or the quote itself when quotes are doubled.</summary>
    /// <remarks>Before any other byte but itself it is literal, and it has no meaning outside of quotes.</remarks>
    public byte? Escape { get; init; }

    /// <summary>Whether the first record names the columns.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Texts that stand for no value, beside the empty unquoted field. In a text column they count only without quotes.</summary>
    public IReadOnlyList<string> NullTexts { get; init; } = [];

    /// <summary>Starts a line that is no record; null when there are none.</summary>
    public byte? Comment { get; init; }

    /// <summary>Lines before the header, or before the first record, that are no records.</summary>
    public int SkipRows { get; init; }

    /// <summary>Whether numbers are spelled <c>1,5</c> instead of <c>1.5</c>.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>Between groups of three digits, as in <c>1,234.5</c>; null when there is none.</summary>
    public byte? GroupMark { get; init; }

    internal byte DecimalPoint => DecimalComma ? (byte)',' : (byte)'.';

    internal bool HasOwnEscape => Escape is not null && Escape != Quote;
}
