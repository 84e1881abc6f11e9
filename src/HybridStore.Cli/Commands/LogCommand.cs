using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Lake;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid log</c>: who changed the lake, when and how.</summary>
internal static class LogCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = DatasetOption.Create();
        var count = new Option<int>("--limit") { Description = "How many versions at most, the newest first", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new ExampleCommand("log", "Show who changed the lake: rows, files, sources, duration", "hybrid log", "hybrid log --dataset quotes --limit 100 --format json") { dataset, count };
        command.SetAction(parsed => Run(options.Context(parsed), parsed.GetValue(dataset), parsed.GetValue(count)));
        return command;
    }

    private static int Run(CommandContext context, string? dataset, int count)
    {
        var entries = DatasetOption.Open(context.OpenStore(), dataset).History(count);
        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, entries, JsonOutput.Readable.IReadOnlyListLakeHistoryEntry);
            return ExitCode.Ok;
        }

        foreach (var entry in entries) context.Out.WriteLine(Line(entry));
        return ExitCode.Ok;
    }

    private static string Line(LakeHistoryEntry entry)
    {
        var files = $"+{entry.FilesAdded}{(entry.FilesRemoved > 0 ? $" -{entry.FilesRemoved}" : "")} files";
        var line = string.Create(CultureInfo.InvariantCulture, $"{entry.Version,6}  {entry.Time:yyyy-MM-dd HH:mm:ss}Z  {entry.Operation,-12} {files}, {entry.RowsAdded:N0} rows");
        if (entry.Details is not { } details) return $"{line}  by {entry.Engine}";
        if (details.RowsRejected > 0) line += string.Create(CultureInfo.InvariantCulture, $", {details.RowsRejected:N0} rejected");
        if (details.RowsDeduplicated > 0) line += string.Create(CultureInfo.InvariantCulture, $", {details.RowsDeduplicated:N0} deduplicated");
        if (details.Seconds > 0) line += string.Create(CultureInfo.InvariantCulture, $", {details.Seconds:0.0} s");
        return details.Sources.Count == 0 ? line : $"{line}  {Path.GetFileName(details.Sources[0])}{(details.Sources.Count > 1 ? $" and {details.Sources.Count - 1} more" : "")}";
    }
}
