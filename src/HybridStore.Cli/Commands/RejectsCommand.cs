using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Ingest;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid rejects</c>: what is in quarantine, and why.</summary>
internal static class RejectsCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = CreateDataset();
        var limit = new Option<int>("--limit") { Description = "How many rows at most", HelpName = "N", DefaultValueFactory = _ => 100 };
        var command = new ExampleCommand(
            "rejects",
            "List the rows in quarantine: file, line, column, text and reason",
            "hybrid rejects",
            "hybrid rejects quotes --limit 1000 --format json",
            "hybrid rejects show quotes raw/2024-11-01.csv:1204",
            "hybrid rejects retry quotes --columns day:date:dmy")
        {
            dataset, limit,
        };
        command.SetAction(parsed => Run(options.Context(parsed), parsed.GetValue(dataset), parsed.GetValue(limit)));
        command.Subcommands.Add(BuildShow(options));
        command.Subcommands.Add(BuildRetry(options));
        return command;
    }

    private static Argument<string?> CreateDataset() => new("DATASET") { Description = "Default: the store's only dataset", Arity = ArgumentArity.ZeroOrOne };

    private static ExampleCommand BuildShow(GlobalOptions options)
    {
        var words = new Argument<string[]>("ROW") { Description = "[DATASET] FILE:LINE, as the list has them", Arity = new ArgumentArity(1, 2) };
        var command = new ExampleCommand("show", "Show one row in quarantine whole", "hybrid rejects show raw/2024-11-01.csv:1204", "hybrid rejects show quotes raw/2024-11-01.csv:1204 --format json") { words };
        command.SetAction(parsed => Show(options.Context(parsed), parsed.GetValue(words)!));
        return command;
    }

    private static ExampleCommand BuildRetry(GlobalOptions options)
    {
        var dataset = CreateDataset();
        var columns = new Option<string?>("--columns") { Description = "How columns spell their times: day:date:dmy", HelpName = "name:type:format,..." };
        var nulls = new Option<string?>("--null") { Description = "Texts that stand for no value", HelpName = "TEXT,..." };
        var rows = new Option<string?>("--rows") { Description = "Rows from 'hybrid rejects --format json' whose \"row\" was corrected", HelpName = "FILE" };
        var command = new ExampleCommand(
            "retry",
            "Read the rows in quarantine again; those that can be stored now leave it, in one commit",
            "hybrid rejects retry",
            "hybrid rejects retry quotes --null n.a.,tbd",
            "hybrid rejects retry quotes --rows corrected.json")
        {
            dataset, columns, nulls, rows,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var request = new IngestRequest { Paths = [], TimeFormats = ColumnList.Parse(parsed.GetValue(columns)).Formats };
            var nullTexts = parsed.GetValue(nulls)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];
            return Task.FromResult(Retry(options.Context(parsed), parsed.GetValue(dataset), request, nullTexts, ReadEdited(parsed.GetValue(rows)), cancellationToken));
        });
        return command;
    }

    private static int Run(CommandContext context, string? dataset, int limit)
    {
        var rows = Quarantine.Read(DatasetChoice.One(context.OpenStore(), dataset)).Take(limit + 1).ToList();
        var shown = rows.Take(limit).ToList();
        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, shown, JsonOutput.Readable.ListQuarantinedRow);
            return ExitCode.Ok;
        }

        foreach (var row in shown)
        {
            context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.File}:{row.Line}: {(row.Column is null ? "" : $"column '{row.Column}': ")}{row.Reason}"));
            context.Out.WriteLine($"    {row.Row}");
        }

        if (shown.Count == 0) context.Out.WriteLine("No row is in quarantine.");
        if (rows.Count > limit) context.Note($"There are more than {limit} rows: --limit shows more.");
        return ExitCode.Ok;
    }

    private static int Show(CommandContext context, string[] words)
    {
        var colon = words[^1].LastIndexOf(':');
        if (colon < 1 || !long.TryParse(words[^1].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line))
        {
            throw new StoreException(StoreErrorKind.Usage, $"hybrid rejects show: expected FILE:LINE, found '{words[^1]}'.");
        }

        var file = words[^1][..colon];
        var row = Quarantine.Read(DatasetChoice.One(context.OpenStore(), words.Length == 2 ? words[0] : null)).FirstOrDefault(one => one.Line == line && one.File == file)
            ?? throw new StoreException(StoreErrorKind.SourceData, $"{file}:{line}: is not in quarantine. 'hybrid rejects' lists what is.");
        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, row, JsonOutput.Readable.QuarantinedRow);
            return ExitCode.Ok;
        }

        context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"file    {row.File}\nline    {row.Line}\nbyte    {row.ByteOffset}\ncolumn  {row.Column ?? "(the whole row)"}\ntext    {row.Text}\nreason  {row.Reason}\nrow     {row.Row}"));
        return ExitCode.Ok;
    }

    private static int Retry(CommandContext context, string? dataset, IngestRequest request, IReadOnlyList<string> nullTexts, IReadOnlyList<QuarantinedRow>? edited, CancellationToken cancellationToken)
    {
        var name = DatasetChoice.OneName(context.OpenStore(), dataset);
        var report = new RejectRetry(context.Store, TimeProvider.System, context.Note).Run(name, request, nullTexts, edited, cancellationToken);
        if (context.IsJson) JsonOutput.Write(context.Out, report, JsonOutput.Readable.RejectRetryReport);
        else context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Dataset}: of {report.RowsRetried:N0} rows in quarantine {report.RowsStored:N0} are stored now, {report.RowsRejected:N0} are still there; version {report.Version}"));
        return ExitCode.Ok;
    }

    private static List<QuarantinedRow>? ReadEdited(string? path)
    {
        if (path is null) return null;
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, JsonOutput.Readable.ListQuarantinedRow);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreErrorKind.Usage, $"--rows {path}: expected rows as 'hybrid rejects --format json' lists them: {exception.Message}", exception);
        }
    }
}
