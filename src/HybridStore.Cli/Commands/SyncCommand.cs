using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Hot;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid sync</c>: Postgres holds the window.</summary>
internal static class SyncCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = new Argument<string?>("DATASET") { Description = "Default: every dataset of the store", Arity = ArgumentArity.ZeroOrOne };
        var window = new Option<string?>("--window") { Description = "What to keep: 30d, 4w, or 20td for the last 20 days with rows (trading days). Default: hybrid.json, else 30d", HelpName = "DAYS" };
        var asOf = new Option<string?>("--as-of") { Description = "The window's last day. Default: the newest date in the lake", HelpName = "DATE" };
        var index = IndexOption.Create();
        var command = new ExampleCommand(
            "sync",
            "Make Postgres hold the window: load what is missing or changed, evict what fell out",
            "hybrid sync",
            "hybrid sync quotes --window 60d",
            "hybrid sync quotes --window 20td",
            "hybrid sync --as-of 2024-11-30 --format json")
        {
            dataset, window, asOf, index,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            options.Context(parsed),
            parsed.GetValue(dataset),
            parsed.GetValue(window) is { } text ? WindowOf(text) : null,
            parsed.GetValue(asOf) is { } date ? SymbolRange.ParseDate(date) : null,
            IndexOption.Read(parsed.GetValue(index)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string? dataset, HotWindow? window, DateOnly? asOf, HotIndex? index, CancellationToken cancellationToken)
    {
        var store = context.OpenStore();
        var snapshots = DatasetChoice.OneOrAll(store, dataset);
        await using var hot = await HotTier.OpenAsync(store.Paths, Environment.GetEnvironmentVariable, TimeProvider.System, cancellationToken);
        var results = new List<SyncResult>();
        foreach (var snapshot in snapshots)
        {
            var policy = HotPolicy.Of(store.Settings, snapshot.Dataset.Name);
            results.Add(await HotProgressView.RunAsync(
                context, snapshot.Dataset.Name, progress => hot.SyncAsync(snapshot, window ?? policy.Window, asOf, index ?? policy.Index, progress, cancellationToken)));
        }

        if (context.IsJson)
        {
            if (results.Count == 1) JsonOutput.Write(context.Out, results[0], JsonOutput.Readable.SyncResult);
            else JsonOutput.Write(context.Out, results, JsonOutput.Readable.IReadOnlyListSyncResult);
            return ExitCode.Ok;
        }

        foreach (var result in results)
        {
            context.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Dataset}: window {result.Window}; {result.RowsLoaded:N0} rows loaded ({result.PartitionsLoaded} symbol-days), {result.RowsEvicted:N0} evicted ({result.PartitionsEvicted}), {result.PartitionsUnchanged} symbol-days unchanged; {result.Seconds:0.00} s"));
        }

        return ExitCode.Ok;
    }

    private static HotWindow WindowOf(string text) => HotWindow.TryParse(text, out var window)
        ? window
        : throw new StoreException(StoreErrorKind.Usage, $"--window: expected 30d (days), 4w (weeks) or 20td (trading days), found '{text}'.");
}
