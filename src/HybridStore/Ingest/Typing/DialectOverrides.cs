using HybridStore.Native.Csv;

namespace HybridStore.Ingest.Typing;

/// <summary>What the user said about a source's spelling; null is left to <see cref="CsvSniffer"/>.</summary>
public sealed record DialectOverrides
{
    /// <summary>Whether the first record names the columns.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>Between fields.</summary>
    public byte? Delimiter { get; init; }

    /// <summary>Around fields; 0 for none.</summary>
    public byte? Quote { get; init; }

    /// <summary>Before a quote inside a quoted field.</summary>
    public byte? Escape { get; init; }

    /// <summary>Texts that stand for no value.</summary>
    public IReadOnlyList<string>? NullTexts { get; init; }

    /// <summary>Starts a line that is no record; 0 for none.</summary>
    public byte? Comment { get; init; }

    /// <summary>Lines before the header, or before the first record.</summary>
    public int? SkipRows { get; init; }

    /// <summary>Whether numbers are spelled with a comma.</summary>
    public bool? DecimalComma { get; init; }

    /// <summary>Between groups of three digits.</summary>
    public byte? GroupMark { get; init; }

    /// <summary>How characters are turned into bytes.</summary>
    public CsvEncoding? Encoding { get; init; }

    internal CsvDialect ToDialect() => new()
    {
        Delimiter = Delimiter ?? (byte)',',
        Quote = Quote is { } quote ? (quote == 0 ? null : quote) : (byte)'"',
        Escape = Escape,
        HasHeader = HasHeader ?? true,
        NullTexts = NullTexts ?? [],
        Comment = Comment is { } comment and not 0 ? comment : null,
        SkipRows = SkipRows ?? 0,
        DecimalComma = DecimalComma ?? false,
        GroupMark = GroupMark,
    };
}
