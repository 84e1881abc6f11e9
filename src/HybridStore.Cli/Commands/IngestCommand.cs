using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Ingest;
using HybridStore.Schema;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid ingest</c>: CSV files into the lake.</summary>
internal static class IngestCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files, folders and globs of .csv, .tsv or .txt (also packed as .gz or .zst), .zip or .xlsx; - for the standard input", Arity = ArgumentArity.OneOrMore };
        var dataset = new Option<string?>("--dataset") { Description = "The dataset. Default: the name of the file's folder", HelpName = "NAME" };
        var symbolColumn = new Option<string?>("--symbol-column") { Description = "The column that names the instrument (first ingest only)", HelpName = "C" };
        var timeColumn = new Option<string?>("--time-column") { Description = "The column that orders the rows, or day+time for two (first ingest only)", HelpName = "C" };
        var timeZone = new Option<string?>("--timezone") { Description = "The zone whose calendar days are the partition dates, such as America/New_York. Default: UTC (first ingest only)", HelpName = "ZONE" };
        var columns = new Option<string?>("--columns") { Description = "Types instead of what the values look like: price:decimal(18,4),day:date:dmy, ts:timestamptz:epoch_ms (types: first ingest only)", HelpName = "name:type,..." };
        var partitionBy = ChoiceOption.Create(
            "--partition-by", "auto", "The layout: by symbol and time where a symbol has many rows a day, else by time alone (first ingest only)", ["auto", .. Enum.GetValues<Partitioning>().Select(value => value.ToText())]);
        var sources = new SourceOptions();
        var key = new Option<string?>("--key") { Description = "Columns that make rows the same, symbol and time among them; default: all columns", HelpName = "C,..." };
        var onDuplicate = ChoiceOption.Create("--on-duplicate", "keep", "Rows that come twice, or that the lake has: store all, the first only, or the last in place of the others", "keep", "skip", "replace");
        var onReject = ChoiceOption.Create("--on-reject", "quarantine", "What happens to a row that cannot be stored as its text said", "quarantine", "fail");
        var force = new Option<bool>("--force") { Description = "Ingest files again though the lake knows their content" };
        var jobs = new Option<int?>("--jobs") { Description = "Threads. Default: one a core", HelpName = "N" };
        var memory = new Option<string?>("--memory") { Description = "Memory for row buffers and DuckDB, such as 2GB. Default: a quarter of the machine's", HelpName = "SIZE" };
        var command = new ExampleCommand(
            "ingest",
            "Turn CSV files into Parquet in the lake: each row once, or accounted for by name",
            "hybrid ingest data/sample/quotes",
            "hybrid ingest 'raw/2024-11-*.csv.gz' --dataset quotes",
            "hybrid ingest bars --path-pattern '{symbol}_{date}.csv'",
            "zcat quotes.csv.gz | hybrid ingest - --dataset quotes",
            "hybrid ingest prices.xlsx --sheet Spot --symbol NSW1",
            "hybrid ingest plants.csv --symbol-column duid --time-column settlementdate --timezone Australia/Brisbane")
        {
            paths, dataset, symbolColumn, timeColumn, timeZone, columns, partitionBy, key, onDuplicate, onReject, force, jobs, memory,
        };
        sources.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            options.Context(parsed),
            sources.Apply(parsed, new IngestRequest
            {
                Paths = parsed.GetValue(paths)!,
                Dataset = parsed.GetValue(dataset),
                SymbolColumn = parsed.GetValue(symbolColumn),
                TimeColumn = parsed.GetValue(timeColumn),
                TimeZone = parsed.GetValue(timeZone),
                ColumnTypes = ColumnList.Parse(parsed.GetValue(columns)).Types,
                TimeFormats = ColumnList.Parse(parsed.GetValue(columns)).Formats,
                Partitioning = PartitioningText.Parse(parsed.GetValue(partitionBy)!),
                Key = parsed.GetValue(key)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => name.ToLowerInvariant()).ToList() ?? [],
                OnDuplicate = Enum.Parse<DuplicatePolicy>(parsed.GetValue(onDuplicate)!, ignoreCase: true),
                FailsOnReject = parsed.GetValue(onReject) == "fail",
                Force = parsed.GetValue(force),
                Jobs = parsed.GetValue(jobs),
                MemoryBytes = ParseMemory(parsed.GetValue(memory)),
            }),
            cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, IngestRequest request, CancellationToken cancellationToken)
    {
        if (request is { OnDuplicate: DuplicatePolicy.Keep, Key.Count: > 0 }) throw new StoreException(StoreErrorKind.Usage, "--key says which rows are the same: say with --on-duplicate skip or replace what happens to them.");
        if (request is { OnDuplicate: DuplicatePolicy.Replace, Key.Count: 0 }) throw new StoreException(StoreErrorKind.Usage, "--on-duplicate replace needs --key: rows that are the same in all columns need not be replaced.");
        var progress = new IngestProgress();
        var reports = ProgressView.Run(context, progress, note => new Ingestor(context.Store, TimeProvider.System, progress, note).Run(request, cancellationToken));
        if (context.IsJson)
        {
            if (reports.Count == 1) JsonOutput.Write(context.Out, reports[0], JsonOutput.Readable.IngestReport);
            else JsonOutput.Write(context.Out, reports, JsonOutput.Readable.IReadOnlyListIngestReport);
        }
        else
        {
            foreach (var report in reports) WriteText(context, report);
        }

        var failed = reports.SelectMany(report => report.Files).Where(file => file.Status == IngestStatus.Failed).ToList();
        foreach (var file in failed) context.Error.WriteLine($"hybrid: {file.Error}");
        return failed.Count > 0 ? ExitCode.SourceData : ExitCode.Ok;
    }

    private static void WriteText(CommandContext context, IngestReport report)
    {
        var totals = report.Totals;
        var skipped = report.Files.Count(file => file.Status == IngestStatus.Skipped);
        context.Out.WriteLine(
            $"{report.Dataset}: {Count(totals.RowsRead)} rows read = {Count(totals.RowsStored)} stored + {Count(totals.RowsRejected)} rejected + {Count(totals.RowsDeduplicated)} deduplicated + {Count(totals.RowsFiltered)} filtered");
        if (skipped > 0) context.Out.WriteLine($"{skipped} of {report.Files.Count} files were in the lake already: nothing to do for them (--force ingests them again)");
        if (totals.FilesWritten > 0)
        {
            context.Out.WriteLine(
                $"{Count(totals.FilesWritten)} Parquet files, {ByteSize.ToText(totals.BytesWritten)}, by {report.Partitioning}; {Count(report.Symbols)} symbol{(report.Symbols == 1 ? "" : "s")}, {report.FirstTime} to {report.LastTime}");
            context.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"version {report.Version}, {totals.Seconds:0.00} s, {Count((long)totals.RowsPerSecond)} rows/s, peak memory {ByteSize.ToText(totals.PeakMemoryBytes)}"));
        }
    }

    private static long? ParseMemory(string? text)
    {
        if (text is null) return null;
        return ByteSize.TryParse(text, out var bytes) ? bytes : throw new StoreException(StoreErrorKind.Usage, $"--memory: expected a size such as 2GB, found '{text}'.");
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
