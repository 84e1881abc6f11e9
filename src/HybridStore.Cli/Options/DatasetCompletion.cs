using System.CommandLine;
using System.CommandLine.Completions;
using HybridStore.Lake;

namespace HybridStore.Cli.Options;

/// <summary>Lets shells complete the names of datasets wherever a command takes one.</summary>
internal static class DatasetCompletion
{
    /// <summary>Adds it to a command and those below it.</summary>
    internal static void AddTo(Command command, GlobalOptions options)
    {
        foreach (var argument in command.Arguments)
        {
            if (argument.Name is "DATASET" or "RANGE") argument.CompletionSources.Add(context => Names(context, options));
        }

        foreach (var option in command.Options)
        {
            if (option.Name == "--dataset") option.CompletionSources.Add(context => Names(context, options));
        }

        foreach (var subcommand in command.Subcommands) AddTo(subcommand, options);
    }

    private static IEnumerable<CompletionItem> Names(CompletionContext context, GlobalOptions options)
    {
        var paths = new StorePaths(options.StoreFolder(context.ParseResult));
        return LakeTable.Datasets(paths)
            .Where(name => name.StartsWith(context.WordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionItem(name));
    }
}
