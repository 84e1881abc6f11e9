using System.CommandLine;
using HybridStore.Cli.Commands;
using HybridStore.Cli.Options;

namespace HybridStore.Cli;

internal static class Program
{
    internal static int Main(string[] args)
    {
        using var cancellation = new Cancellation();
        var parsed = BuildRoot().Parse(args);
        if (args.Length == 0) parsed = parsed.RootCommandResult.Command.Parse(["--help"]);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
        {
            Console.Error.WriteLine($"hybrid: {Explain(parsed)} See 'hybrid {CommandPath(parsed)}--help'.");
            return ExitCode.Usage;
        }

        try
        {
            // Exceptions become sentences here, and signals are Cancellation's: System.CommandLine does neither.
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return parsed.InvokeAsync(invocation, cancellation.Token).GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            return ErrorReport.Write(exception, Console.Error);
        }
    }

    internal static RootCommand BuildRoot()
    {
        var options = new GlobalOptions();
        var root = new RootCommand("Turns CSVs of time-series into zstd Parquet once, answers SQL on it, and keeps the active window in Postgres.");
        options.AddTo(root);
        HelpWithExamples.AddTo(root);
        root.Subcommands.Add(IngestCommand.Build(options));
        root.Subcommands.Add(SqlCommand.Build(options));
        root.Subcommands.Add(LoadHistoricalCommand.Build(options));
        root.Subcommands.Add(SyncCommand.Build(options));
        root.Subcommands.Add(EvictCommand.Build(options));
        root.Subcommands.Add(StatusCommand.Build(options));
        root.Subcommands.Add(VerifyCommand.Build(options));
        root.Subcommands.Add(DeriveCommand.Build(options));
        root.Subcommands.Add(CoverageCommand.Build(options));
        root.Subcommands.Add(LogCommand.Build(options));
        root.Subcommands.Add(UndoCommand.Build(options));
        root.Subcommands.Add(CompactCommand.Build(options));
        root.Subcommands.Add(RepartitionCommand.Build(options));
        root.Subcommands.Add(VacuumCommand.Build(options));
        root.Subcommands.Add(AdoptCommand.Build(options));
        root.Subcommands.Add(DdlCommand.Build(options));
        root.Subcommands.Add(RejectsCommand.Build(options));
        root.Subcommands.Add(PgCommand.Build(options));
        root.Subcommands.Add(VersionCommand.Build(options));
        return root;
    }

    private static string Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var word, ..] && !word.StartsWith('-'))
        {
            return $"There is no command '{word}'. {Suggestion.For(word, [.. command.Subcommands.Select(sub => sub.Name)])}";
        }

        return parsed.Errors[0].Message;
    }

    private static string CommandPath(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
}
