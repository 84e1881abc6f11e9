using HybridStore.Cli.Output;
using HybridStore.Lake;

namespace HybridStore.Cli.Commands;

/// <summary>Tells what became of a change to the lake.</summary>
internal static class CommitReport
{
    /// <summary>Writes it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="StoreException">Environment: another writer came first.</exception>
    internal static int Write(CommandContext context, string operation, CommitOutcome outcome)
    {
        if (!outcome.Committed) throw new StoreException(StoreErrorKind.Environment, $"{operation}: {outcome.Message} Nothing was changed; run the command again.");
        if (outcome.Note is { } note) context.Note(note);
        if (context.IsJson) JsonOutput.Write(context.Out, new Dictionary<string, long> { ["version"] = outcome.Version }, JsonOutput.Readable.DictionaryStringInt64);
        else context.Out.WriteLine($"{operation}: version {outcome.Version}");
        return ExitCode.Ok;
    }
}
