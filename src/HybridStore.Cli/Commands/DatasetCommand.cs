using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid dataset</c>: what the datasets are.</summary>
internal static class DatasetCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var command = new ExampleCommand("dataset", "The datasets of the store: list, show, edit", "hybrid dataset list", "hybrid dataset show quotes");
        var list = new ExampleCommand("list", "Print the names of the datasets", "hybrid dataset list", "hybrid dataset list --format json");
        list.SetAction(parsed => List(options.Context(parsed)));
        var shown = Name();
        var show = new ExampleCommand("show", "Print a dataset's columns, types, symbol and time, zone and layout", "hybrid dataset show quotes", "hybrid dataset show quotes --format json") { shown };
        show.SetAction(parsed => Show(options.Context(parsed), parsed.GetValue(shown)));
        var edited = Name();
        var timeZone = new Option<string>("--timezone") { Description = "The zone that the times are local to, such as America/New_York", HelpName = "ZONE", Required = true };
        var edit = new ExampleCommand("edit", "Correct what a dataset says of itself; 'hybrid repartition' changes its layout", "hybrid dataset edit quotes --timezone America/New_York") { edited, timeZone };
        edit.SetAction((parsed, cancellationToken) => Task.FromResult(Edit(options.Context(parsed), parsed.GetValue(edited), parsed.GetValue(timeZone)!, cancellationToken)));
        foreach (var verb in (Command[])[list, show, edit]) command.Subcommands.Add(verb);
        return command;
    }

    private static Argument<string?> Name() => new("DATASET") { Description = "Default: the store's only dataset", Arity = ArgumentArity.ZeroOrOne };

    private static int List(CommandContext context)
    {
        var names = LakeTable.Datasets(context.OpenStore().Paths);
        if (context.IsJson) JsonOutput.Write(context.Out, names, JsonOutput.Readable.IReadOnlyListString);
        else foreach (var name in names) context.Out.WriteLine(name);
        return ExitCode.Ok;
    }

    private static int Show(CommandContext context, string? name)
    {
        var snapshot = DatasetChoice.One(context.OpenStore(), name);
        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, DatasetDescription.Of(snapshot), JsonOutput.Readable.DatasetDescription);
            return ExitCode.Ok;
        }

        DatasetView.Write(context.Out, snapshot.Dataset);
        var status = DatasetStatus.Of(snapshot);
        context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"version {status.Version}: {status.Rows:N0} rows, {ByteSize.ToText(status.Bytes)} in {status.Files:N0} files, {status.From:O} to {status.To:O}"));
        context.Out.WriteLine(snapshot.Folder);
        return ExitCode.Ok;
    }

    private static int Edit(CommandContext context, string? name, string timeZone, CancellationToken cancellationToken)
    {
        var store = context.OpenStore();
        var snapshot = DatasetChoice.One(store, name);
        var dataset = snapshot.Dataset;
        var zone = DatasetZone.Require("--timezone", timeZone).Id;
        if (dataset.Find(dataset.TimeColumn)!.Type.Kind == ColumnKind.TimestampTz)
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{dataset.Name}: its column '{dataset.TimeColumn}' holds instants, and the zone says on which day each lies: "
                + $"another zone would move rows. Ingest the sources into a new dataset with --timezone {zone}.");
        }

        var table = new LakeTable(store.Paths.Dataset(dataset.Name), TimeProvider.System);
        using var transaction = table.Begin(snapshot, "edit", dataChange: false);
        transaction.SetDataset(dataset with { TimeZone = zone });
        var details = new CommitDetails { Parameters = new Dictionary<string, string> { ["timeZone"] = zone } };
        return CommitReport.Write(context, "edit", transaction.Commit(details, cancellationToken));
    }
}
