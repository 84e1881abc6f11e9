using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Lake;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid vacuum</c>: what was replaced long ago goes.</summary>
internal static class VacuumCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = DatasetOption.Create();
        var olderThan = new Option<string>("--older-than") { Description = "How long replaced files are kept for undo and for readers", HelpName = "TIME", DefaultValueFactory = _ => "7d" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would go" };
        var log = new Option<bool>("--log") { Description = "Also delete versions of the log that are older, behind a Parquet checkpoint that stands for them" };
        var command = new ExampleCommand(
            "vacuum",
            "Delete files that were replaced longer ago than a limit, and repair what a killed write left; older versions can then not be restored",
            "hybrid vacuum --dry-run",
            "hybrid vacuum --older-than 30d --yes",
            "hybrid vacuum --log --older-than 90d")
        {
            dataset, olderThan, dryRun, log,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            options.Context(parsed), parsed.GetValue(dataset), Duration.Parse("--older-than", parsed.GetValue(olderThan)!), parsed.GetValue(dryRun), parsed.GetValue(log), cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, string? dataset, TimeSpan olderThan, bool dryRun, bool withLog, CancellationToken cancellationToken)
    {
        var table = DatasetOption.Open(context.OpenStore(), dataset);
        if (!dryRun) table.Recover();
        var report = Vacuum(table, olderThan, dryRun: true, withLog, cancellationToken);
        if (!dryRun && report.Paths.Count > 0)
        {
            context.Confirm($"Delete {report.Paths.Count} files ({ByteSize.ToText(report.Bytes)}) of old versions? Versions before {report.OldestVersion} can then not be restored.");
            report = Vacuum(table, olderThan, dryRun: false, withLog, cancellationToken);
            if (withLog) context.Note(CompactCommand.CheckpointNote);
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

    private static VacuumReport Vacuum(LakeTable table, TimeSpan olderThan, bool dryRun, bool withLog, CancellationToken cancellationToken)
    {
        // The files first: the log tells how old they are.
        var files = table.Vacuum(olderThan, dryRun, cancellationToken);
        if (!withLog) return files;
        var log = table.CleanLog(olderThan, dryRun, cancellationToken);
        return new VacuumReport([.. files.Paths, .. log.Paths], files.Bytes + log.Bytes, Math.Max(files.OldestVersion, log.OldestVersion));
    }
}
