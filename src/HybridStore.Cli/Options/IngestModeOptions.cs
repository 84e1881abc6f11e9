using System.CommandLine;
using HybridStore.Cli.Output;
using HybridStore.Ingest;

namespace HybridStore.Cli.Options;

/// <summary>The options of an ingest that does something else than one run: a look before it, or a watch.</summary>
internal sealed class IngestModeOptions
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only look: schema, layout and why, first rows, expected files, problems. Writes nothing" };
    private readonly Option<bool> _watch = new("--watch") { Description = "Ingest files as they arrive in folders, written whole or renamed in, until Ctrl-C" };

    internal void AddTo(Command command)
    {
        command.Options.Add(_dryRun);
        command.Options.Add(_watch);
    }

    /// <summary>Does what the options ask for.</summary>
    /// <returns>The exit code; null when they ask for nothing.</returns>
    internal int? TryRun(ParseResult parsed, CommandContext context, IngestRequest request, CancellationToken cancellationToken)
    {
        var (dryRun, watch) = (parsed.GetValue(_dryRun), parsed.GetValue(_watch));
        if (dryRun && watch) throw new StoreException(StoreErrorKind.Usage, "--dry-run and --watch exclude each other.");
        if (dryRun) return Preview(context, request, cancellationToken);
        return watch ? Watch(context, request, cancellationToken) : null;
    }

    private static int Preview(CommandContext context, IngestRequest request, CancellationToken cancellationToken)
    {
        var previews = new Ingestor(context.Store, TimeProvider.System, new IngestProgress(), context.Note).Preview(request, cancellationToken);
        if (context.IsJson)
        {
            if (previews.Count == 1) JsonOutput.Write(context.Out, previews[0], JsonOutput.Readable.IngestPreview);
            else JsonOutput.Write(context.Out, previews, JsonOutput.Readable.IReadOnlyListIngestPreview);
        }
        else
        {
            foreach (var preview in previews) PreviewText.Write(context.Out, preview);
        }

        return ExitCode.Ok;
    }

    private static int Watch(CommandContext context, IngestRequest request, CancellationToken cancellationToken)
    {
        // For weeks, and often without a terminal: each report at once, as one line of JSON or a few of text.
        new IngestWatch(context.Store, TimeProvider.System, context.Note).Run(
            request,
            report =>
            {
                if (context.IsJson) JsonOutput.Write(context.Out, report, JsonOutput.Line.IngestReport);
                else IngestText.Write(context.Out, report);
                context.Out.Flush();
            },
            cancellationToken);
        return ExitCode.Ok;
    }
}
