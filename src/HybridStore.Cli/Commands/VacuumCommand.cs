using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid vacuum</c>: what was replaced long ago goes.</summary>
internal static class VacuumCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = DatasetOption.Create();
        var olderThan = new Option<string>("--older-than") { Description = "How long replaced files are kept for undo and for readers", HelpName = "TIME", DefaultValueFactory = _ => "7d" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would go" };
        var command = new ExampleCommand("vacuum", "Delete files that were replaced longer ago than a limit; older versions can then not be restored", "hybrid vacuum --dry-run", "hybrid vacuum --older-than 30d --yes")
        {
            dataset, olderThan, dryRun,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            options.Context(parsed), parsed.GetValue(dataset), Duration.Parse("--older-than", parsed.GetValue(olderThan)!), parsed.GetValue(dryRun), cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, string? dataset, TimeSpan olderThan, bool dryRun, CancellationToken cancellationToken)
    {
        var table = DatasetOption.Open(context.OpenStore(), dataset);
        var report = table.Vacuum(olderThan, dryRun: true, cancellationToken);
        if (!dryRun && report.Paths.Count > 0)
        {
            context.Confirm($"Delete {report.Paths.Count} replaced files ({ByteSize.ToText(report.Bytes)})? Versions before {report.OldestVersion} can then not be restored.");
            report = table.Vacuum(olderThan, dryRun: false, cancellationToken);
        }

        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, report, JsonOutput.Readable.VacuumReport);
            return ExitCode.Ok;
        }

        if (dryRun) report.Paths.ToList().ForEach(context.Out.WriteLine);
        context.Out.WriteLine($"{report.Paths.Count} files, {ByteSize.ToText(report.Bytes)} {(dryRun ? "would be deleted" : "deleted")}; versions from {report.OldestVersion} on can be restored");
        return ExitCode.Ok;
    }
}
