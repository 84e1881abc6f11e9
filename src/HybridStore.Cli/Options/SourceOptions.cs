using System.CommandLine;
using HybridStore.Cli.Output;
using HybridStore.Ingest;
using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;

namespace HybridStore.Cli.Options;

/// <summary>What the user says of sources: where symbol and day come from, and how their text is spelled.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string?> _symbol = new("--symbol") { Description = "The symbol of all rows, for files without a column of it", HelpName = "VALUE" };
    private readonly Option<string?> _pathPattern = new("--path-pattern") { Description = "How paths tell symbol or day: '{symbol}_{date}.csv', '{symbol}/{any}.csv'", HelpName = "PATTERN" };
    private readonly Option<string?> _sheet = new("--sheet") { Description = "The sheet to read of each workbook. Default: all", HelpName = "NAME" };
    private readonly Option<bool> _hourEnding = new("--hour-ending") { Description = "The time column counts its day's hours from 1 to 24 (23 and 25 where clocks change): stored as the hour's beginning" };
    private readonly Option<bool> _noHeader = new("--no-header") { Description = "The first row is data: columns are called column_1, column_2, ..." };
    private readonly Option<string?> _delimiter = new("--delimiter") { Description = "Between fields: a character, or tab", HelpName = "CHAR" };
    private readonly Option<string?> _quote = new("--quote") { Description = "Around fields: a character, or none", HelpName = "CHAR" };
    private readonly Option<string?> _escape = new("--escape") { Description = "Before a quote in a quoted field. Default: the quote itself", HelpName = "CHAR" };
    private readonly Option<string[]> _nullTexts = new("--null") { Description = "A text that stands for no value; may be given more than once", HelpName = "TEXT" };
    private readonly Option<string?> _decimalMark = new("--decimal") { Description = "Before a number's fraction: . or ,", HelpName = "CHAR" };
    private readonly Option<string?> _thousands = new("--thousands") { Description = "Between a number's thousands: a character, or none", HelpName = "CHAR" };
    private readonly Option<string?> _comment = new("--comment") { Description = "Begins a line that is no row: a character, or none", HelpName = "CHAR" };
    private readonly Option<int?> _skipRows = new("--skip-rows") { Description = "Lines before the header", HelpName = "N" };
    private readonly Option<string?> _encoding = ChoiceOption.Create("--encoding", null, "How characters are turned into bytes", "utf-8", "utf-16le", "utf-16be", "latin-1", "windows-1252");

    internal void AddTo(Command command)
    {
        foreach (var option in (Option[])[_symbol, _pathPattern, _sheet, _hourEnding, _noHeader, _delimiter, _quote, _escape, _nullTexts, _decimalMark, _thousands, _comment, _skipRows, _encoding]) command.Add(option);
    }

    /// <summary>The request with what the user said.</summary>
    /// <exception cref="StoreException">Usage: what was said cannot be meant.</exception>
    internal IngestRequest Apply(ParseResult parsed, IngestRequest request) => request with
    {
        StandardInput = request.Paths.Contains("-") ? StandardStreams.OpenInput() : null,
        Sheet = parsed.GetValue(_sheet),
        Symbol = NotEmpty("--symbol", parsed.GetValue(_symbol)),
        PathPattern = parsed.GetValue(_pathPattern),
        IsHourEnding = parsed.GetValue(_hourEnding),
        Dialect = new DialectOverrides
        {
            HasHeader = parsed.GetValue(_noHeader) ? false : null,
            Delimiter = Mark("--delimiter", parsed.GetValue(_delimiter), noneIs: null),
            Quote = Mark("--quote", parsed.GetValue(_quote), noneIs: 0),
            Escape = Mark("--escape", parsed.GetValue(_escape), noneIs: null),
            NullTexts = parsed.GetValue(_nullTexts) is { Length: > 0 } texts ? texts : null,
            DecimalComma = parsed.GetValue(_decimalMark) switch
            {
                null => null,
                "," => true,
                "." => false,
                var other => throw new StoreException(StoreErrorKind.Usage, $"--decimal: expected . or , and found '{other}'."),
            },
            GroupMark = Mark("--thousands", parsed.GetValue(_thousands), noneIs: 0),
            Comment = Mark("--comment", parsed.GetValue(_comment), noneIs: 0),
            SkipRows = parsed.GetValue(_skipRows) is not < 0 and var rows ? rows : throw new StoreException(StoreErrorKind.Usage, "--skip-rows: expected 0 or more."),
            Encoding = parsed.GetValue(_encoding) switch
            {
                null => null,
                "utf-8" => CsvEncoding.Utf8,
                "utf-16le" => CsvEncoding.Utf16LittleEndian,
                "utf-16be" => CsvEncoding.Utf16BigEndian,
                "latin-1" => CsvEncoding.Latin1,
                _ => CsvEncoding.Windows1252,
            },
        },
    };

    private static string? NotEmpty(string flag, string? text) => text is null || !string.IsNullOrWhiteSpace(text) ? text : throw new StoreException(StoreErrorKind.Usage, $"{flag}: expected a text, found none.");

    /// <summary>Marks are bytes: the reader looks for them between characters of any language.</summary>
    private static byte? Mark(string flag, string? text, byte? noneIs) => text switch
    {
        null => null,
        "tab" or "\\t" => (byte)'\t',
        "space" => (byte)' ',
        "none" when noneIs is not null => noneIs,
        [var mark and not ('\n' or '\r' or '\0')] when char.IsAscii(mark) => (byte)mark,
        _ => throw new StoreException(StoreErrorKind.Usage, $"{flag}: expected one ASCII character{(noneIs is null ? ", or tab" : ", tab or none")}, found '{text}'."),
    };
}
