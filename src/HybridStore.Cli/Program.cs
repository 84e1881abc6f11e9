using System.CommandLine;
using HybridStore.Cli.Commands;
using HybridStore.Cli.Options;

namespace HybridStore.Cli;

internal static class Program
{
    internal static int Main(string[] args)
    {
        using var cancellation = new Cancellation();
        var options = new GlobalOptions();
        // @FILE is a list of symbols here, and not more arguments.
        var parsed = BuildRoot(options).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (args.Length == 0) parsed = parsed.RootCommandResult.Command.Parse(["--help"]);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
        {
            Console.Error.WriteLine($"hybrid: {Explain(parsed)} See 'hybrid {CommandPath(parsed)}--help'.");
            return ExitCode.Usage;
        }

        var started = TimeProvider.System.GetTimestamp();
        try
        {
            // Exceptions become sentences here, and signals are Cancellation's: System.CommandLine does neither.
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return Ended(parsed.InvokeAsync(invocation, cancellation.Token).GetAwaiter().GetResult(), null);
        }
        catch (Exception exception)
        {
            return Ended(ErrorReport.Write(exception, Console.Error), exception);
        }

        int Ended(int exitCode, Exception? exception)
        {
            CommandLog.Write(parsed, options.Context(parsed).Store, exitCode, exception, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
            return exitCode;
        }
    }

    internal static RootCommand BuildRoot(GlobalOptions? globalOptions = null)
    {
        var options = globalOptions ?? new GlobalOptions();
        var root = new RootCommand("Turns CSVs of time-series into zstd Parquet once, answers SQL on it, and keeps the active window in Postgres.");
        options.AddTo(root);
        HelpWithExamples.AddTo(root);
        root.Subcommands.Add(IngestCommand.Build(options));
        root.Subcommands.Add(SqlCommand.Build(options));
        root.Subcommands.Add(LoadHistoricalCommand.Build(options));
        root.Subcommands.Add(SyncCommand.Build(options));
        root.Subcommands.Add(EvictCommand.Build(options));
        root.Subcommands.Add(ServeCommand.Build(options));
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
