using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid compact</c>: small files become larger ones.</summary>
internal static class CompactCommand
{
    internal const string CheckpointNote = "The log now has a Parquet checkpoint: for a plain glob, use DATASET/*=*/**/*.parquet instead of DATASET/**/*.parquet.";

    private const string TargetDefault = "128MB";

    internal static Command Build(GlobalOptions options)
    {
        var dataset = DatasetOption.Create();
        var target = new Option<string>("--target") { Description = "What a merged file may have", HelpName = "SIZE", DefaultValueFactory = _ => TargetDefault };
        var checkpoint = new Option<bool>("--checkpoint") { Description = "Also write a Parquet checkpoint of the log, for other engines that replay long logs slowly" };
        var command = new ExampleCommand("compact", "Merge the small files of each partition; rows and their order stay", "hybrid compact", "hybrid compact --dataset quotes --target 64MB", "hybrid compact --checkpoint") { dataset, target, checkpoint };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(options.Context(parsed), parsed.GetValue(dataset), parsed.GetValue(target)!, parsed.GetValue(checkpoint), cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, string? dataset, string target, bool withCheckpoint, CancellationToken cancellationToken)
    {
        if (!ByteSize.TryParse(target, out var bytes)) throw new StoreException(StoreErrorKind.Usage, $"--target: expected a size such as {TargetDefault}, found '{target}'.");
        var table = DatasetOption.Open(context.OpenStore(), dataset);
        var report = table.Compact(bytes, cancellationToken);
        if (withCheckpoint)
        {
            table.WriteCheckpoint(cancellationToken);
            context.Note(CheckpointNote);
        }

        foreach (var file in report.SetApart) context.Note($"Left as it is: {file}");
        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, report, JsonOutput.Readable.CompactReport);
        }
        else
        {
            context.Out.WriteLine(report.FilesBefore == 0
                ? "There is nothing to compact."
                : string.Create(CultureInfo.InvariantCulture, $"{report.FilesBefore:N0} files ({ByteSize.ToText(report.BytesBefore)}) became {report.FilesAfter:N0} ({ByteSize.ToText(report.BytesAfter)}); version {report.Version}"));
        }

        return ExitCode.Ok;
    }
}
