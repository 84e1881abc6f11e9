using System.CommandLine;
using HybridStore.Cli.Options;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid undo</c>: back to an earlier version.</summary>
internal static class UndoCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var version = new Argument<long?>("VERSION") { Description = "The version to go back to. Default: the one before the latest", Arity = ArgumentArity.ZeroOrOne };
        var dataset = DatasetOption.Create();
        var command = new ExampleCommand(
            "undo", "Make the lake hold what it held at an earlier version, as a new version: an undo can be undone", "hybrid undo", "hybrid undo 12 --dataset quotes") { version, dataset };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(CommitReport.Write(
            options.Context(parsed),
            "undo",
            DatasetOption.Open(options.Context(parsed).OpenStore(), parsed.GetValue(dataset)).Undo(parsed.GetValue(version), cancellationToken))));
        return command;
    }
}
