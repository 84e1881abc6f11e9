using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Ingest.Typing;
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
        var symbol = new Option<string?>("--symbol-column") { Description = "The column that names the instrument; found by its name as ingest does", HelpName = "C" };
        var time = new Option<string?>("--time-column") { Description = "The column that orders the rows; found by its name and type as ingest does", HelpName = "C" };
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
            parsed.GetValue(symbol),
            parsed.GetValue(time),
            new AdoptRequest
            {
                SymbolColumn = Dataset.SymbolAlias,
                TimeColumn = Dataset.DateColumn,
                TimeZone = parsed.GetValue(zone)!,
                Rewrites = parsed.GetValue(rewrite),
                Partitioning = PartitioningText.Parse(parsed.GetValue(layout)!)!.Value,
            },
            cancellationToken)));
        return command;
    }

    /// <summary>A time column that stands in the names of folders is text there.</summary>
    private static TypedColumn Typed(Column column, string? timeColumn) =>
        column.Type.Kind == ColumnKind.Varchar && column.Name.Equals(timeColumn, StringComparison.OrdinalIgnoreCase)
            ? new TypedColumn(column.Name, new ColumnType(ColumnKind.Date))
            : new TypedColumn(column.Name, column.Type);

    private static int Run(
        CommandContext context, string folder, string? dataset, string? symbolColumn, string? timeColumn, AdoptRequest request, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(folder);
        if (!Directory.Exists(path)) throw new StoreException(StoreErrorKind.SourceData, $"{folder}: no such folder. Name one that holds Parquet files.");
        var name = dataset is null ? DatasetName.FromText(Path.GetFileName(Path.TrimEndingDirectorySeparator(path))) : DatasetName.Require(dataset);
        var columns = LakeTable.FindAdoptableColumns(path, cancellationToken);
        var roles = RoleGuess.Find([.. columns.Select(column => Typed(column, timeColumn))], folder, symbolColumn, timeColumn);
        foreach (var reason in roles.Reasons) context.Note(reason);
        request = request with { SymbolColumn = roles.SymbolColumn!, TimeColumn = roles.TimeColumn };
        var store = Store.OpenOrCreate(context.Store);
        return CommitReport.Write(context, $"adopt {name}", new LakeTable(store.Paths.Dataset(name), TimeProvider.System).Adopt(path, request, cancellationToken));
    }
}
