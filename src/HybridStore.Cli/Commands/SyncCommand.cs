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
        var names = DatasetChoice.Names(store, dataset);
        await using var hot = await HotTier.OpenAsync(store.Paths, Environment.GetEnvironmentVariable, TimeProvider.System, cancellationToken);
        if (names.Count == 1)
        {
            var only = await SyncAsync(names[0]);
            if (context.IsJson) JsonOutput.Write(context.Out, only, JsonOutput.Readable.SyncResult);
            else WriteText(context, only);
            return ExitCode.Ok;
        }

        // One that fails is no reason not to sync the others.
        var results = new List<SyncResult>();
        var codes = new List<int>();
        foreach (var name in names)
        {
            try
            {
                results.Add(await SyncAsync(name));
                if (!context.IsJson) WriteText(context, results[^1]);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                var (code, message) = ErrorReport.Explain(exception);
                context.Error.WriteLine($"hybrid: {name} was not synced: {message}");
                codes.Add(code);
            }
        }

        if (context.IsJson) JsonOutput.Write(context.Out, results, JsonOutput.Readable.IReadOnlyListSyncResult);
        return ExitCode.Worst(codes);

        Task<SyncResult> SyncAsync(string name)
        {
            var policy = HotPolicy.Of(store.Settings, name);
            var snapshot = DatasetChoice.One(store, name);
            return HotProgressView.RunAsync(context, name, progress => hot.SyncAsync(snapshot, window ?? policy.Window, asOf, index ?? policy.Index, progress, cancellationToken));
        }
    }

    private static void WriteText(CommandContext context, SyncResult result) => context.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Dataset}: window {result.Window}; {result.RowsLoaded:N0} rows loaded ({result.PartitionsLoaded} symbol-days), {result.RowsEvicted:N0} evicted ({result.PartitionsEvicted}), {result.PartitionsUnchanged} symbol-days unchanged; {result.Seconds:0.00} s"));

    private static HotWindow WindowOf(string text) => HotWindow.TryParse(text, out var window)
        ? window
        : throw new StoreException(StoreErrorKind.Usage, $"--window: expected 30d (days), 4w (weeks) or 20td (trading days), found '{text}'.");
}
