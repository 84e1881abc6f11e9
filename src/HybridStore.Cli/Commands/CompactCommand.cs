using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid compact</c>: small files become larger ones.</summary>
internal static class CompactCommand
{
    private const string TargetDefault = "128MB";

    internal static Command Build(GlobalOptions options)
    {
        var dataset = DatasetOption.Create();
        var target = new Option<string>("--target") { Description = "What a merged file may have", HelpName = "SIZE", DefaultValueFactory = _ => TargetDefault };
        var command = new ExampleCommand("compact", "Merge the small files of each partition; rows and their order stay", "hybrid compact", "hybrid compact --dataset quotes --target 64MB") { dataset, target };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(options.Context(parsed), parsed.GetValue(dataset), parsed.GetValue(target)!, cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, string? dataset, string target, CancellationToken cancellationToken)
    {
        if (!ByteSize.TryParse(target, out var bytes)) throw new StoreException(StoreErrorKind.Usage, $"--target: expected a size such as {TargetDefault}, found '{target}'.");
        var report = DatasetOption.Open(context.OpenStore(), dataset).Compact(bytes, cancellationToken);
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
