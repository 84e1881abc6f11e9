using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Hot;
using HybridStore.Schema;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid evict</c>: a range of days out of Postgres.</summary>
internal static class EvictCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var words = new Argument<string[]>("RANGE") { Description = SymbolRange.Usage + "; with --all at most the dataset", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Everything that is hot of the dataset" };
        var discard = new Option<bool>("--discard") { Description = "Also rows that the lake does not hold, or no longer so: they are gone then" };
        var command = new ExampleCommand(
            "evict",
            "Take a range of days out of Postgres; the lake keeps the rows",
            "hybrid evict AAPL 2024-11-01 2024-11-30",
            "hybrid evict trades --all")
        {
            words, all, discard,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            options.Context(parsed), parsed.GetValue(words)!, parsed.GetValue(all), parsed.GetValue(discard), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string[] words, bool all, bool discard, CancellationToken cancellationToken)
    {
        if (all && words.Length > 1) throw new StoreException(StoreErrorKind.Usage, "hybrid evict --all: expected at most a dataset, found more. Leave the range or --all out.");
        var (dataset, symbols, range) = all ? (words.FirstOrDefault(), null, (DateRange?)null) : Split(SymbolRange.Parse("evict", words));
        var store = context.OpenStore();
        var snapshot = DatasetChoice.One(store, dataset);
        await using var hot = await HotTier.OpenAsync(store.Paths, Environment.GetEnvironmentVariable, TimeProvider.System, cancellationToken);
        var result = await hot.EvictAsync(snapshot, symbols, range, discard, cancellationToken);
        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, result, JsonOutput.Readable.EvictResult);
        }
        else
        {
            context.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{result.Dataset}: {result.RowsEvicted:N0} rows evicted ({result.PartitionsEvicted} symbol-days); {result.Seconds:0.00} s"));
        }

        foreach (var kept in result.PartitionsKept)
        {
            context.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hybrid: kept {kept.Symbol} {kept.Date:O} ({kept.Rows:N0} rows): {kept.Reason}. Run 'hybrid sync', or evict it with --discard."));
        }

        return result.PartitionsKept.Count > 0 ? ExitCode.SourceData : ExitCode.Ok;
    }

    private static (string? Dataset, IReadOnlyList<string>? Symbols, DateRange? Range) Split(SymbolRange what) => (what.Dataset, what.Symbols, what.Range);
}
