using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Ingest;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid rejects</c>: what is in quarantine, and why.</summary>
internal static class RejectsCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = new Argument<string?>("DATASET") { Description = "Default: the store's only dataset", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit") { Description = "How many rows at most", HelpName = "N", DefaultValueFactory = _ => 100 };
        var command = new ExampleCommand("rejects", "List the rows in quarantine: file, line, column, text and reason", "hybrid rejects", "hybrid rejects quotes --limit 1000 --format json") { dataset, limit };
        command.SetAction(parsed => Run(options.Context(parsed), parsed.GetValue(dataset), parsed.GetValue(limit)));
        return command;
    }

    private static int Run(CommandContext context, string? dataset, int limit)
    {
        var store = context.OpenStore();
        var rows = Quarantine.Read(DatasetChoice.One(store, dataset)).Take(limit + 1).ToList();
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
}
