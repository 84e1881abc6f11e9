using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid adopt</c>: a folder of Parquet files becomes a dataset.</summary>
internal static class AdoptCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var folder = new Argument<string>("DIR") { Description = "Parquet files, hive-partitioned or not; the folder stays as it is" };
        var dataset = new Option<string?>("--dataset") { Description = "The new dataset. Default: the folder's name", HelpName = "NAME" };
        var symbol = new Option<string>("--symbol-column") { Description = "The column that names the instrument", HelpName = "C", DefaultValueFactory = _ => "symbol" };
        var time = new Option<string>("--time-column") { Description = "The column that orders the rows", HelpName = "C", DefaultValueFactory = _ => "timestamp" };
        var zone = new Option<string>("--timezone") { Description = "The zone whose days are the partition dates", HelpName = "ZONE", DefaultValueFactory = _ => "UTC" };
        var layout = ChoiceOption.Create("--partition-by", "symbol/date", "The layout", [.. Enum.GetValues<Partitioning>().Select(value => value.ToText())]);
        var rewrite = new Option<bool>("--rewrite") { Description = "Write the rows anew where files are not as the lake's own: symbols only in folder names, other types, rows out of order ..." };
        var command = new ExampleCommand(
            "adopt",
            "Make a dataset from a folder of Parquet files that any program wrote; fit files are linked, not copied",
            "hybrid adopt exports/trades",
            "hybrid adopt exports/bars --time-column ts --partition-by month --rewrite")
        {
            folder, dataset, symbol, time, zone, layout, rewrite,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            options.Context(parsed),
            parsed.GetValue(folder)!,
            parsed.GetValue(dataset),
            new AdoptRequest
            {
                SymbolColumn = parsed.GetValue(symbol)!,
                TimeColumn = parsed.GetValue(time)!,
                TimeZone = parsed.GetValue(zone)!,
                Rewrites = parsed.GetValue(rewrite),
                Partitioning = PartitioningText.Parse(parsed.GetValue(layout)!)!.Value,
            },
            cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, string folder, string? dataset, AdoptRequest request, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(folder);
        if (!Directory.Exists(path)) throw new StoreException(StoreErrorKind.SourceData, $"{folder}: no such folder. Name one that holds Parquet files.");
        var name = dataset is null ? DatasetName.FromText(Path.GetFileName(Path.TrimEndingDirectorySeparator(path))) : DatasetName.Require(dataset);
        var store = Store.OpenOrCreate(context.Store);
        return CommitReport.Write(context, $"adopt {name}", new LakeTable(store.Paths.Dataset(name), TimeProvider.System).Adopt(path, request, cancellationToken));
    }
}
