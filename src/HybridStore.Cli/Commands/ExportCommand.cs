using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Query.Export;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid export</c>: rows of a dataset as files for other programs.</summary>
internal static class ExportCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = new Argument<string?>("DATASET") { Description = "Default: the store's only dataset", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<string>("-o", "--output-file") { Description = "The file, or with --split the folder; it appears when it is complete", HelpName = "PATH", Required = true };
        var format = ChoiceOption.Create("--output", null, "Default: by the ending of PATH", [.. Enum.GetValues<ExportFormat>().Select(value => value.ToText())]);
        var symbols = SymbolList.CreateOption();
        var from = new Option<string?>("--from") { Description = "The first day", HelpName = "DATE" };
        var to = new Option<string?>("--to") { Description = "The last day, included", HelpName = "DATE" };
        var select = new Option<string?>("--select") { Description = "The columns, in order; date and symbol can be among them. Default: the dataset's own", HelpName = "C,..." };
        var split = ChoiceOption.Create("--split", null, "Make a folder with one file a symbol", "symbol");
        var safe = new Option<bool>("--spreadsheet-safe") { Description = "Put ' before texts that a spreadsheet would run: those that begin with = + - @ or a control character" };
        var force = new Option<bool>("--force") { Description = "Replace what has the name" };
        var command = new ExampleCommand(
            "export",
            "Write rows of a dataset to CSV, Parquet or Arrow files",
            "hybrid export quotes -o ibm.csv.gz --symbols IBM --from 2013-10-07 --to 2013-10-09",
            "hybrid export trades -o trades.parquet --select symbol,timestamp,price",
            "hybrid export quotes -o by-symbol --split symbol --output csv.zst",
            "hybrid export trades -o for-excel.csv --spreadsheet-safe --force")
        {
            dataset, output, format, symbols, from, to, select, split, safe, force,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var context = options.Context(parsed);
            var path = parsed.GetValue(output)!;
            var store = context.OpenStore();
            var request = new ExportRequest
            {
                Dataset = DatasetChoice.OneName(store, parsed.GetValue(dataset)),
                Path = path,
                Format = FormatOf(parsed.GetValue(format), path),
                Symbols = parsed.GetValue(symbols) is { } chosen ? SymbolList.Parse("export", chosen) : null,
                From = parsed.GetValue(from) is { } first ? SymbolRange.ParseDate(first) : null,
                To = parsed.GetValue(to) is { } last ? SymbolRange.ParseDate(last) : null,
                Columns = parsed.GetValue(select)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                IsSplit = parsed.GetValue(split) is not null,
                IsSpreadsheetSafe = parsed.GetValue(safe),
                Replaces = parsed.GetValue(force),
            };
            return Task.FromResult(Run(context, store, request, cancellationToken));
        });
        return command;
    }

    private static int Run(CommandContext context, Store store, ExportRequest request, CancellationToken cancellationToken)
    {
        if (request.To < request.From) throw new StoreException(StoreErrorKind.Usage, $"--from {request.From:O} is after --to {request.To:O}. Give the earlier date with --from.");
        if (request is { IsSpreadsheetSafe: true, Format: ExportFormat.Parquet or ExportFormat.Arrow })
        {
            throw new StoreException(StoreErrorKind.Usage, "--spreadsheet-safe changes texts for spreadsheets, which read neither Parquet nor Arrow: use it with csv.");
        }

        var report = new Exporter(store.Paths, TimeProvider.System).Run(request, SqlLimits.Of(store.Settings), cancellationToken);
        if (context.IsJson) JsonOutput.Write(context.Out, report, JsonOutput.Readable.ExportReport);
        else context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Dataset}: {report.Rows:N0} rows in {report.Files.Count} file{(report.Files.Count == 1 ? "" : "s")}, {ByteSize.ToText(report.Bytes)}, {report.Seconds:0.00} s: {report.Path}"));
        return ExitCode.Ok;
    }

    private static ExportFormat FormatOf(string? name, string path) =>
        (name is null ? ExportFormats.OfFile(path) : ExportFormats.Parse(name))
            ?? throw new StoreException(StoreErrorKind.Usage, $"{path}: its ending tells no format. Name it .csv, .csv.gz, .csv.zst, .parquet or .arrow, or say which with --output.");
}
