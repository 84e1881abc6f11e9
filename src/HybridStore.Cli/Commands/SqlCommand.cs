using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Cli.Output.Rows;
using HybridStore.Cli.Prompt;
using HybridStore.Query;
using HybridStore.Query.Export;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid sql</c>: read-only SQL on the lake.</summary>
internal static class SqlCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var sql = new SqlOptions();
        var command = new ExampleCommand(
            "sql",
            "Ask the lake: SQL on one snapshot of every dataset, read-only",
            "hybrid sql \"select symbol, date, count(*) from quotes group by all order by all\"",
            "hybrid sql \"from trades where symbol = $sym limit 10\" --param sym=IBM",
            "hybrid sql",
            "hybrid sql -f report.sql -o report.csv",
            "hybrid sql \"select * from quotes where date = '2013-10-07'\" -o day.parquet",
            "hybrid sql \"from trades where symbol = 'IBM'\" -o ibm.arrow",
            "hybrid sql \"from bars('trades', '5 minutes') where symbol = 'IBM' order by time\"");
        sql.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var context = options.Context(parsed);
            if (parsed.GetValue(sql.Macros)) return Task.FromResult(ListMacros(context));
            var store = context.OpenStore();
            var request = Read(sql, parsed, context, store.Settings);
            return Task.FromResult(request.Statements.Count == 0 ? SqlPrompt.Run(context, store, request, cancellationToken) : Run(context, store, request, cancellationToken));
        });
        return command;
    }

    internal static int Run(CommandContext context, Store store, SqlRequest request, CancellationToken cancellationToken)
    {
        using var file = request.OutputFile is { } path ? new ResultFile(path, store.Paths) : null;
        using var engine = QueryEngine.Open(QuerySource.AllOf(store.Paths, TimeProvider.System), request.Limits with { OutputPath = file?.PartialPath });
        var run = new StatementRun(context, request.Format, request.Parameters, request.Timeout, StatementRun.TerminalRowsMax);
        if (file is null && !Console.IsOutputRedirected)
        {
            foreach (var statement in request.Statements) run.ToTerminal(token => engine.Run(statement, request.Parameters, token), cancellationToken);
            return ExitCode.Ok;
        }

        var stream = request.Format == RowFormat.Parquet ? null : file is null ? StandardOutput.Open() : File.Create(file.PartialPath);
        try
        {
            foreach (var statement in request.Statements)
            {
                if (stream is null) run.ToParquet(engine, statement, cancellationToken);
                else run.ToStream(engine, statement, stream, cancellationToken);
            }
        }
        catch (IOException exception) when (file is null && exception.Message.Contains("Broken pipe", StringComparison.Ordinal))
        {
            return ExitCode.Ok; // Whoever reads the pipe, such as head, has enough.
        }
        catch (IOException exception) when (file is null)
        {
            throw StandardStreams.OutputFailed(exception.Message);
        }
        finally
        {
            stream?.Dispose();
        }

        file?.Publish();
        return ExitCode.Ok;
    }

    private static int ListMacros(CommandContext context)
    {
        foreach (var macro in QueryMacro.All)
        {
            context.Out.WriteLine(macro.Signature);
            context.Out.WriteLine($"    {macro.Summary}.");
            context.Out.WriteLine($"    {macro.Example}");
        }

        return ExitCode.Ok;
    }

    private static SqlRequest Read(SqlOptions sql, ParseResult parsed, CommandContext context, StoreSettings settings)
    {
        var outputFile = parsed.GetValue(sql.OutputFile);
        var format = RowFormats.Choose(parsed.GetValue(sql.Output), outputFile, context.IsJson);
        if (format == RowFormat.Parquet && outputFile is null) throw new StoreException(StoreErrorKind.Usage, "--output parquet: name the file with -o FILE.");
        if (format == RowFormat.Arrow && outputFile is null && !Console.IsOutputRedirected)
        {
            throw new StoreException(StoreErrorKind.Usage, "--output arrow is not for a terminal: name a file with -o FILE, or send it to a program.");
        }

        var query = parsed.GetValue(sql.Query);
        var script = parsed.GetValue(sql.File);
        var asks = query is null && script is null && outputFile is null && IsAttended;
        var statements = asks ? [] : ReadStatements(query, script);
        if (statements.Count > 1 && format is not (RowFormat.Table or RowFormat.Markdown))
        {
            throw new StoreException(StoreErrorKind.Usage, $"One result can be written as {format.ToString().ToLowerInvariant()}, and there are {statements.Count} statements. Run them one by one, or use --output table.");
        }

        return new SqlRequest(
            statements,
            format,
            outputFile,
            sql.ReadParameters(parsed),
            SqlLimits.Of(settings, parsed.GetValue(sql.Memory), parsed.GetValue(sql.Threads)) with { ChecksFiles = parsed.GetValue(sql.CheckOnRead) },
            parsed.GetValue(sql.Timeout) is { } timeout ? TimeLimit.Parse("--timeout", timeout) : null);
    }

    /// <summary>Whether a person sits at a terminal that can do more than write lines.</summary>
    private static bool IsAttended => !Console.IsInputRedirected && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    private static IReadOnlyList<string> ReadStatements(string? query, string? file)
    {
        if (query is not null && file is not null) throw new StoreException(StoreErrorKind.Usage, "Give a QUERY or a file with -f, not both.");
        if (query is null && file is null && !Console.IsInputRedirected) throw new StoreException(StoreErrorKind.Usage, "Give a QUERY, a file with -f, or statements on stdin.");
        if (file is not null and not "-" && !File.Exists(file)) throw new StoreException(StoreErrorKind.Usage, $"{file}: there is no such file.");
        var text = query ?? (file is null or "-" ? Console.In.ReadToEnd() : File.ReadAllText(file));
        var statements = SqlScript.Split(text, out _);
        return statements.Count > 0 ? statements : throw new StoreException(StoreErrorKind.Usage, "There is no SQL statement to run.");
    }
}
