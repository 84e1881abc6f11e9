using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Hot;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid load-historical</c>: a range of days from the lake into Postgres.</summary>
internal static class LoadHistoricalCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var words = new Argument<string[]>("RANGE") { Description = SymbolRange.Usage + "; dates are inclusive, ALL stands for every symbol, @FILE for a file with one a line", Arity = ArgumentArity.OneOrMore };
        var pin = new Option<bool>("--pin") { Description = "Keep it hot until it is evicted by hand" };
        var lease = new Option<string?>("--lease") { Description = "Keep it hot this long, such as 7d", HelpName = "TIME" };
        var maxBytes = new Option<string?>("--max-bytes") { Description = "Load nothing that would make the hot tables larger than this, such as 20GB. Default: hot_bytes_max of hybrid.json, else no limit", HelpName = "SIZE" };
        var index = IndexOption.Create();
        var check = CheckOnReadOption.Create();
        var command = new ExampleCommand(
            "load-historical",
            "Load a range of days from the lake into Postgres; what is hot already stays",
            "hybrid load-historical AAPL 2024-11-01 2024-11-30",
            "hybrid load-historical quotes AAPL,MSFT 2024-11-01 2024-11-30 --lease 7d",
            "hybrid load-historical quotes @watchlist.txt 2024-11-01 2024-11-30 --max-bytes 20GB",
            "hybrid load-historical trades ALL 2024-11-01 2024-11-01 --pin")
        {
            words, pin, lease, maxBytes, index, check,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            options.Context(parsed),
            SymbolRange.Parse("load-historical", parsed.GetValue(words)!),
            HoldOf(parsed.GetValue(pin), parsed.GetValue(lease)),
            BytesMaxOf(parsed.GetValue(maxBytes)),
            IndexOption.Read(parsed.GetValue(index)),
            parsed.GetValue(check),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, SymbolRange what, HotHold hold, long? bytesMax, HotIndex? index, bool checkOnRead, CancellationToken cancellationToken)
    {
        var store = context.OpenStore();
        var snapshot = DatasetChoice.One(store, what.Dataset);
        if (checkOnRead) snapshot.RequireIntact(snapshot.FilesOf(what.Symbols, what.Range), cancellationToken);
        var policy = HotPolicy.Of(store.Settings, snapshot.Dataset.Name);
        var request = new LoadRequest { Symbols = what.Symbols, Range = what.Range, Hold = hold, Index = index ?? policy.Index, BytesMax = bytesMax ?? policy.BytesMax };
        await using var hot = await HotTier.OpenAsync(store.Paths, Environment.GetEnvironmentVariable, TimeProvider.System, cancellationToken);
        var result = await HotProgressView.RunAsync(context, "load", progress => hot.LoadHistoricalAsync(snapshot, request, progress, cancellationToken));
        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, result, JsonOutput.Readable.LoadResult);
            return ExitCode.Ok;
        }

        context.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Dataset}: {result.RowsLoaded:N0} rows loaded ({result.PartitionsLoaded} symbol-days), {result.RowsAlreadyHot:N0} were hot already; {result.Seconds:0.00} s, {result.RowsPerSecond:N0} rows/s"));
        if (result.DaysMissing.Count > 0)
        {
            context.Out.WriteLine($"The lake has no rows for {result.DaysMissing.Count} of the days: {string.Join(", ", result.DaysMissing.Take(10).Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))}{(result.DaysMissing.Count > 10 ? ", ..." : "")}");
        }

        return ExitCode.Ok;
    }

    private static long? BytesMaxOf(string? text)
    {
        if (text is null) return null;
        return ByteSize.TryParse(text, out var bytes) ? bytes : throw new StoreException(StoreErrorKind.Usage, $"--max-bytes: expected a size such as 20GB, found '{text}'.");
    }

    private static HotHold HoldOf(bool pin, string? lease)
    {
        if (pin && lease is not null) throw new StoreException(StoreErrorKind.Usage, "--pin and --lease exclude each other: pinned rows stay for ever.");
        if (pin) return HotHold.Pinned;
        return lease is null ? HotHold.Window : HotHold.Leased(TimeProvider.System.GetUtcNow() + Duration.Parse("--lease", lease));
    }
}
