using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Schema;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid repartition</c>: another layout for the same rows.</summary>
internal static class RepartitionCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var layout = new Argument<string>("LAYOUT") { Description = string.Join(", ", Enum.GetValues<Partitioning>().Select(value => value.ToText())) };
        var dataset = DatasetOption.Create();
        var command = new ExampleCommand("repartition", "Lay a dataset out in another way; rows stay as they are", "hybrid repartition date", "hybrid repartition symbol/month --dataset bars") { layout, dataset };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(options.Context(parsed), parsed.GetValue(layout)!, parsed.GetValue(dataset), cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, string layout, string? dataset, CancellationToken cancellationToken)
    {
        var partitioning = PartitioningText.Parse(layout)
            ?? throw new StoreException(StoreErrorKind.Usage, $"There is no layout '{layout}'. {Suggestion.For(layout, [.. Enum.GetValues<Partitioning>().Select(value => value.ToText())])}");
        return CommitReport.Write(context, "repartition", DatasetOption.Open(context.OpenStore(), dataset).Repartition(partitioning, cancellationToken));
    }
}
