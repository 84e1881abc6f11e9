using System.CommandLine;
using HybridStore.Cli.Commands;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;

namespace HybridStore.Cli;

internal static class Program
{
    /// <summary>.NET and DuckDB need about 80 before the first source is opened; with fewer, libraries of .NET are not found.</summary>
    private const int OpenFilesMin = 128;

    private static readonly (string Name, Func<GlobalOptions, Command> Build)[] Commands =
    [
        ("ingest", IngestCommand.Build),
        ("sql", SqlCommand.Build),
        ("export", ExportCommand.Build),
        ("load-historical", LoadHistoricalCommand.Build),
        ("sync", SyncCommand.Build),
        ("evict", EvictCommand.Build),
        ("serve", ServeCommand.Build),
        ("status", StatusCommand.Build),
        ("verify", VerifyCommand.Build),
        ("derive", DeriveCommand.Build),
        ("coverage", CoverageCommand.Build),
        ("log", LogCommand.Build),
        ("undo", UndoCommand.Build),
        ("compact", CompactCommand.Build),
        ("repartition", RepartitionCommand.Build),
        ("vacuum", VacuumCommand.Build),
        ("adopt", AdoptCommand.Build),
        ("ddl", DdlCommand.Build),
        ("rejects", RejectsCommand.Build),
        ("pg", PgCommand.Build),
        ("dataset", DatasetCommand.Build),
        ("config", ConfigCommand.Build),
        ("doctor", DoctorCommand.Build),
        ("completions", _ => CompletionsCommand.Build()),
        ("version", VersionCommand.Build),
    ];

    internal static int Main(string[] args)
    {
        var streams = StandardStreams.Open();
        return Execute(args, () => streams.OutputFailure);
    }

    /// <summary>Carries out a command line on the console as it is.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="outputFailure">Why stdout took less than it was given; null when it took all.</param>
    internal static int Execute(string[] args, Func<string?> outputFailure)
    {
        if (ProcessLimits.OpenFilesMax is { } filesMax and < OpenFilesMin)
        {
            var advice = "Raise it, such as with 'ulimit -n 4096'.";
            Console.Error.WriteLine($"hybrid: Expected to be allowed {OpenFilesMin} open files, found a limit of {filesMax}. {advice}");
            return ExitCode.Environment;
        }

        using var cancellation = new Cancellation();
        // The library takes as long to load as the command line to be read: both at a time.
        if (args is ["sql", ..]) DuckDbLibrary.LoadAhead();
        var options = new GlobalOptions();
        var parsed = Parse(args, options);
        if (args.Length == 0) parsed = parsed.RootCommandResult.Command.Parse(["--help"]);
        if (FindMistake(parsed) is { } mistake)
        {
            Console.Error.WriteLine($"hybrid: {mistake} See 'hybrid {CommandPath(parsed)}--help'.");
            return ExitCode.Usage;
        }

        return ReportLostOutput(Run(parsed, options, cancellation.Token), parsed, outputFailure());
    }

    private static int Run(ParseResult parsed, GlobalOptions options, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        string? store = null;
        try
        {
            if (parsed.Action is not HelpWithExamples) store = options.StoreFolder(parsed);
            // Exceptions become sentences here, and signals are Cancellation's: System.CommandLine does neither.
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return Ended(parsed.InvokeAsync(invocation, cancellationToken).GetAwaiter().GetResult(), null);
        }
        catch (Exception exception)
        {
            return Ended(ErrorReport.Write(exception, Console.Error), exception);
        }

        int Ended(int exitCode, Exception? exception)
        {
            var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            if (store is not null) CommandLog.Write(parsed, store, exitCode, exception, seconds);
            return exitCode;
        }
    }

    /// <summary>Says that the report was not written. Only where the report is all that a command is for has the command failed.</summary>
    private static int ReportLostOutput(int exitCode, ParseResult parsed, string? failure)
    {
        if (failure is null) return exitCode;
        if (!CommandLog.MayChangeStore(parsed))
        {
            Console.Error.WriteLine($"hybrid: {StandardStreams.OutputFailed(failure).Message}");
            return exitCode == ExitCode.Ok ? ExitCode.Environment : exitCode;
        }

        var outcome = exitCode == ExitCode.Ok
            ? "The command itself is complete: the store holds what it did; see 'hybrid log'."
            : "The exit code is the command's own.";
        Console.Error.WriteLine($"hybrid: stdout: the report could not be written: {failure.TrimEnd('.')}. {outcome}");
        return exitCode;
    }

    private static string? FindMistake(ParseResult parsed) =>
        UnknownOption.Find(parsed) ?? (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples ? Explain(parsed) : null);

    /// <summary>Reads a command line.</summary>
    /// <remarks>What begins with @ is a symbol, or a file of them: the parser by itself would put a file's lines in its place.</remarks>
    internal static ParseResult Parse(IReadOnlyList<string> args, GlobalOptions? options = null)
    {
        return BuildRoot(args.Count > 0 ? args[0] : null, options).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    }

    /// <summary>The commands, as the help lists them.</summary>
    /// <param name="only">The one that is needed, when that is known and one of them: making all of them takes a noticeable part of a start.</param>
    /// <param name="globalOptions">Those to use, for who asks them for values.</param>
    internal static RootCommand BuildRoot(string? only = null, GlobalOptions? globalOptions = null)
    {
        var options = globalOptions ?? new GlobalOptions();
        var root = new RootCommand("Turns CSVs of time-series into zstd Parquet once, answers SQL on it, and keeps the active window in Postgres.");
        options.AddTo(root);
        HelpWithExamples.AddTo(root);
        foreach (var (name, build) in Commands)
        {
            if (only == name) root.Subcommands.Add(build(options));
        }

        if (root.Subcommands.Count == 0)
        {
            foreach (var (_, build) in Commands) root.Subcommands.Add(build(options));
        }

        DatasetCompletion.AddTo(root, options);
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
