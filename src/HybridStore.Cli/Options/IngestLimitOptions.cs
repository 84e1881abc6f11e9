using System.CommandLine;
using HybridStore.Ingest;

namespace HybridStore.Cli.Options;

/// <summary>The options of an ingest that leave something out, or stop it early.</summary>
internal sealed class IngestLimitOptions
{
    private readonly Option<string?> _symbols = new("--symbols") { Description = "Only these symbols; @FILE reads them from a file, one a line", HelpName = "A,B|@FILE" };
    private readonly Option<string?> _from = new("--from") { Description = "Only rows from this partition date on", HelpName = "DATE" };
    private readonly Option<string?> _to = new("--to") { Description = "Only rows up to this partition date, included", HelpName = "DATE" };
    private readonly Option<string?> _select = new("--select") { Description = "Only these columns, beside symbol and time", HelpName = "C,..." };
    private readonly Option<string?> _maxRejects = new("--max-rejects") { Description = "Stop, and store nothing, when more rows than this cannot be stored: in all, or as a share of a file's", HelpName = "N|P%" };
    private readonly Option<string?> _commitEvery = new("--commit-every") { Description = "Commit after so many bytes of text, so that an interrupted run goes on from there. Default: 8GB", HelpName = "SIZE" };

    internal void AddTo(Command command)
    {
        foreach (var option in (Option[])[_symbols, _from, _to, _select, _maxRejects, _commitEvery]) command.Options.Add(option);
    }

    /// <summary>The request with what the options say.</summary>
    /// <exception cref="StoreException">Usage: one of them makes no sense.</exception>
    internal IngestRequest Apply(ParseResult parsed, IngestRequest request)
    {
        var filter = new SourceFilter
        {
            Symbols = ReadSymbols(parsed.GetValue(_symbols)),
            From = parsed.GetValue(_from) is { } from ? SymbolRange.ParseDate(from) : null,
            To = parsed.GetValue(_to) is { } to ? SymbolRange.ParseDate(to) : null,
            Columns = parsed.GetValue(_select) is { } columns ? [.. Split(columns, ',').Select(column => column.ToLowerInvariant())] : null,
        };
        if (filter.To < filter.From) throw new StoreException(StoreErrorKind.Usage, $"--from {filter.From:O} is after --to {filter.To:O}. Give the earlier date first.");
        return request with
        {
            Filter = filter,
            MaxRejects = parsed.GetValue(_maxRejects) is { } limit
                ? RejectLimit.TryParse(limit) ?? throw new StoreException(StoreErrorKind.Usage, $"--max-rejects: expected a number of rows or a share such as 0.5%, found '{limit}'.")
                : default,
            CommitBytes = parsed.GetValue(_commitEvery) is { } size
                ? ByteSize.TryParse(size, out var bytes) ? bytes : throw new StoreException(StoreErrorKind.Usage, $"--commit-every: expected a size such as 8GB, found '{size}'.")
                : 0,
        };
    }

    private static string[] Split(string text, params char[] separators) => text.Split(separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static HashSet<string>? ReadSymbols(string? text)
    {
        if (text is null) return null;
        string[] symbols;
        try
        {
            symbols = text.StartsWith('@') ? [.. File.ReadLines(text[1..]).Select(line => line.Trim()).Where(line => line.Length > 0)] : Split(text, ',');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreErrorKind.Usage, $"--symbols {text}: the file cannot be read: {exception.Message}", exception);
        }

        return symbols.Length > 0 ? [.. symbols] : throw new StoreException(StoreErrorKind.Usage, $"--symbols {text}: expected a symbol, found none.");
    }
}
