using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Derive;
using HybridStore.Query;
using HybridStore.Schema;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid derive</c>: datasets that are computed from others, and kept fresh.</summary>
internal static class DeriveCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var derive = new DeriveOptions();
        var command = new ExampleCommand(
            "derive",
            "Make a dataset out of another, or bring it up to date: only what changed is computed anew",
            "hybrid derive bars_1m --from trades --every 1m",
            "hybrid derive nbbo --from quotes",
            "hybrid derive mid_1m --from nbbo --as resample --every 1m",
            "hybrid derive mwh --from generation --as energy --column mw --every 30m",
            "hybrid derive big --from trades --sql \"select * from trades where size >= 10000\"",
            "hybrid derive bars_1m",
            "hybrid derive --all --format json");
        derive.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(options.Context(parsed), derive, parsed, cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, DeriveOptions derive, ParseResult parsed, CancellationToken cancellationToken)
    {
        var store = context.OpenStore();
        var memory = store.Settings.Memory is { } text && ByteSize.TryParse(text, out var bytes) ? bytes : (long?)null;
        var deriver = new Deriver(store.Paths, TimeProvider.System, new QueryOptions { MemoryBytesMax = memory, ThreadsMax = store.Settings.Jobs });
        var name = parsed.GetValue(derive.Name);
        var rebuild = parsed.GetValue(derive.Rebuild);
        if (parsed.GetValue(derive.All) == name is not null) throw new StoreException(StoreErrorKind.Usage, "Name the dataset to derive, or give --all to bring all derived datasets up to date.");
        IReadOnlyList<DeriveReport> reports = name is null
            ? deriver.RefreshAll(rebuild, cancellationToken)
            : [derive.ReadDerivation(parsed, name) is { } derivation
                ? deriver.Declare(DatasetName.Require(name), derivation, derive.ReadLayout(parsed), rebuild, cancellationToken)
                : deriver.Refresh(DatasetName.Require(name), rebuild, cancellationToken)];
        if (context.IsJson) JsonOutput.Write(context.Out, reports, JsonOutput.Readable.IReadOnlyListDeriveReport);
        else if (reports.Count == 0) context.Note("No dataset of this store is derived. Declare one: hybrid derive bars_1m --from trades --every 1m");
        else foreach (var report in reports) context.Out.WriteLine(Line(report));
        return reports.Any(report => report.Status == DeriveStatus.Failed) ? ExitCode.SourceData : ExitCode.Ok;
    }

    private static string Line(DeriveReport report) => report.Status switch
    {
        DeriveStatus.Failed => $"{report.Dataset}: failed: {report.Message}",
        DeriveStatus.Unchanged => string.Create(CultureInfo.InvariantCulture, $"{report.Dataset}: up to date with {report.Source}, version {report.SourceVersion}"),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Dataset}: {(report.Status == DeriveStatus.Created ? "computed from all of" : "what changed was computed from")} {report.Source}, version {report.SourceVersion} ({report.PartitionsChanged:N0} partitions): {report.RowsWritten:N0} rows in {report.FilesWritten:N0} files; version {report.Version}, {report.Seconds:0.00} s"),
    };
}
