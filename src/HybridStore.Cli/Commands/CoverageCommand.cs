using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Coverage;
using HybridStore.Lake;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid coverage</c>: which days of which symbols are there.</summary>
internal static class CoverageCommand
{
    private const int WidthOfNoTerminal = 100;

    internal static Command Build(GlobalOptions options)
    {
        var dataset = new Argument<string?>("DATASET") { Description = "Default: the store's only dataset", Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<string?>("--from") { Description = "The first day. Default: the dataset's first", HelpName = "DATE" };
        var to = new Option<string?>("--to") { Description = "The last day, included. Default: the dataset's last", HelpName = "DATE" };
        var symbols = new Option<string?>("--symbols") { Description = "Only these; @FILE reads one a line. A symbol without rows is shown as missing", HelpName = "A,B" };
        var calendar = new Option<string?>("--calendar") { Description = "weekdays, 24x7, xnys, or a file with a holiday a line. Default: weekdays, or 24x7 when there are rows on weekends", HelpName = "CALENDAR" };
        var thin = new Option<int>("--thin") { Description = "Days with less than so many percent of the symbol's median are thin", HelpName = "PERCENT", DefaultValueFactory = _ => (int)(CoverageRequest.ThinShareDefault * 100) };
        var fail = new Option<bool>("--fail-on-gaps") { Description = "Exit code 3 when a day is missing or thin" };
        var command = new ExampleCommand(
            "coverage",
            "Show which days of which symbols are there, missing, thin, stored twice or late",
            "hybrid coverage",
            "hybrid coverage trades --calendar xnys --from 2013-10-01 --to 2013-10-31",
            "hybrid coverage trades --symbols IBM,AIG --calendar holidays.txt --fail-on-gaps --format json") { dataset, from, to, symbols, calendar, thin, fail };
        command.SetAction((parsed, cancellationToken) =>
        {
            var request = new CoverageRequest
            {
                From = parsed.GetValue(from) is { } first ? SymbolRange.ParseDate(first) : null,
                To = parsed.GetValue(to) is { } last ? SymbolRange.ParseDate(last) : null,
                Symbols = parsed.GetValue(symbols) is { } list ? ReadSymbols(list) : null,
                Calendar = parsed.GetValue(calendar) is { } name ? TradingCalendar.Find(name) : null,
                ThinShare = parsed.GetValue(thin) is var percent and > 0 and <= 100 ? percent / 100.0 : throw new StoreException(StoreErrorKind.Usage, $"--thin: expected 1 to 100, found {parsed.GetValue(thin)}."),
            };
            return Task.FromResult(Run(options.Context(parsed), parsed.GetValue(dataset), request, parsed.GetValue(fail), cancellationToken));
        });
        return command;
    }

    private static int Run(CommandContext context, string? dataset, CoverageRequest request, bool failsOnGaps, CancellationToken cancellationToken)
    {
        if (request.To < request.From) throw new StoreException(StoreErrorKind.Usage, $"The range begins with {request.From:O}, after its end {request.To:O}. Give the earlier date first.");
        var store = context.OpenStore();
        var report = new CoverageReader(new LakeTable(store.Paths.Dataset(DatasetChoice.OneName(store, dataset)), TimeProvider.System)).Read(request, cancellationToken);
        if (context.IsJson) JsonOutput.Write(context.Out, report, JsonOutput.Readable.CoverageReport);
        else context.Out.Write(CoverageMap.Draw(report, Console.IsOutputRedirected ? WidthOfNoTerminal : Console.WindowWidth, context.HasColor && !Console.IsOutputRedirected));
        if (!failsOnGaps || !report.HasGaps) return ExitCode.Ok;
        context.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hybrid: {report.Dataset}: of the symbol-days {report.Missing:N0} are missing and {report.Thin:N0} thin. Ingest them, or take another --calendar."));
        return ExitCode.SourceData;
    }

    private static string[] ReadSymbols(string list)
    {
        if (!list.StartsWith('@')) return list.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (!File.Exists(list[1..])) throw new StoreException(StoreErrorKind.Usage, $"--symbols: there is no file '{list[1..]}'.");
        return [.. File.ReadLines(list[1..]).Select(line => line.Trim()).Where(line => line.Length > 0)];
    }
}
