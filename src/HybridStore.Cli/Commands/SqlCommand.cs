using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output.Rows;
using HybridStore.Query;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid sql</c>: read-only SQL on the lake.</summary>
internal static class SqlCommand
{
    /// <summary>More rows scroll away; the note below them says so.</summary>
    private const int TerminalRowsMax = 500;

    internal static Command Build(GlobalOptions options)
    {
        var sql = new SqlOptions();
        var command = new ExampleCommand(
            "sql",
            "Ask the lake: SQL on one snapshot of every dataset, read-only",
            "hybrid sql \"select symbol, date, count(*) from quotes group by all order by all\"",
            "hybrid sql \"from trades where symbol = $sym limit 10\" --param sym=IBM",
            "hybrid sql -f report.sql -o report.csv",
            "hybrid sql \"select * from quotes where date = '2013-10-07'\" -o day.parquet",
            "hybrid sql \"from bars('trades', '5 minutes') where symbol = 'IBM' order by time\"");
        sql.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var context = options.Context(parsed);
            return Task.FromResult(parsed.GetValue(sql.Macros) ? ListMacros(context) : Run(context, Read(sql, parsed, context), cancellationToken));
        });
        return command;
    }

    internal static int Run(CommandContext context, SqlRequest request, CancellationToken cancellationToken)
    {
        var store = context.OpenStore();
        using var file = request.OutputFile is { } path ? new ResultFile(path, store.Paths) : null;
        using var engine = QueryEngine.Open(QuerySource.AllOf(store.Paths, TimeProvider.System), request.Limits with { OutputPath = file?.PartialPath });
        var stream = request.Format == RowFormat.Parquet ? null : file is null ? StandardOutput.Open() : File.Create(file.PartialPath);
        try
        {
            foreach (var statement in request.Statements) RunOne(context, request, engine, statement, stream, isTerminal: file is null && !Console.IsOutputRedirected, cancellationToken);
        }
        catch (IOException exception) when (file is null && exception.Message.Contains("Broken pipe", StringComparison.Ordinal))
        {
            return ExitCode.Ok; // Whoever reads the pipe, such as head, has enough.
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

    private static SqlRequest Read(SqlOptions sql, ParseResult parsed, CommandContext context)
    {
        var outputFile = parsed.GetValue(sql.OutputFile);
        var format = RowFormats.Choose(parsed.GetValue(sql.Output), outputFile, context.IsJson);
        if (format == RowFormat.Parquet && outputFile is null) throw new StoreException(StoreErrorKind.Usage, "--output parquet: name the file with -o FILE.");
        var statements = ReadStatements(parsed.GetValue(sql.Query), parsed.GetValue(sql.File));
        if (statements.Count > 1 && format is not (RowFormat.Table or RowFormat.Markdown))
        {
            throw new StoreException(StoreErrorKind.Usage, $"One result can be written as {format.ToString().ToLowerInvariant()}, and there are {statements.Count} statements. Run them one by one, or use --output table.");
        }

        var memory = parsed.GetValue(sql.Memory);
        var memoryBytes = 0L;
        if (memory is not null && !ByteSize.TryParse(memory, out memoryBytes)) throw new StoreException(StoreErrorKind.Usage, $"--memory: expected a size such as 2GB, found '{memory}'.");
        var threads = parsed.GetValue(sql.Threads);
        if (threads is < 1) throw new StoreException(StoreErrorKind.Usage, $"--threads: expected 1 or more, found {threads}.");
        return new SqlRequest(
            statements,
            format,
            outputFile,
            sql.ReadParameters(parsed),
            new QueryOptions { MemoryBytesMax = memory is null ? null : memoryBytes, ThreadsMax = threads, ChecksFiles = parsed.GetValue(sql.CheckOnRead) },
            parsed.GetValue(sql.Timeout) is { } timeout ? TimeLimit.Parse("--timeout", timeout) : null);
    }

    private static IReadOnlyList<string> ReadStatements(string? query, string? file)
    {
        if (query is not null && file is not null) throw new StoreException(StoreErrorKind.Usage, "Give a QUERY or a file with -f, not both.");
        if (query is null && file is null && !Console.IsInputRedirected) throw new StoreException(StoreErrorKind.Usage, "Give a QUERY, a file with -f, or statements on stdin.");
        if (file is not null and not "-" && !File.Exists(file)) throw new StoreException(StoreErrorKind.Usage, $"{file}: there is no such file.");
        var text = query ?? (file is null or "-" ? Console.In.ReadToEnd() : File.ReadAllText(file));
        var statements = SqlScript.Split(text, out _);
        return statements.Count > 0 ? statements : throw new StoreException(StoreErrorKind.Usage, "There is no SQL statement to run.");
    }

    private static void RunOne(
        CommandContext context, SqlRequest request, QueryEngine engine, string statement, Stream? stream, bool isTerminal, CancellationToken cancellationToken)
    {
        using var limit = request.Timeout is { } timeout ? new CancellationTokenSource(timeout, TimeProvider.System) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (stream is null)
            {
                engine.WriteParquet(statement, request.Parameters, either.Token);
                return;
            }

            using var reader = engine.Run(statement, request.Parameters, either.Token);
            var table = request.Format == RowFormat.Table && isTerminal ? new TableRowWriter(stream, Console.WindowWidth, TerminalRowsMax) : null;
            Copy(reader, table ?? request.Format.CreateWriter(stream));
            if (table is not null) NoteWhatIsMissing(context, table);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreException(StoreErrorKind.Environment, $"The statement did not end within {request.Timeout!.Value.TotalSeconds} s and was stopped. Ask for less, or raise --timeout.");
        }
    }

    private static void Copy(QueryReader reader, IRowWriter writer)
    {
        writer.Begin(reader.Columns);
        while (reader.Read() && writer.Write(reader.Chunk))
        {
        }

        writer.End();
    }

    private static void NoteWhatIsMissing(CommandContext context, TableRowWriter table)
    {
        if (table.LeftRowsOut) context.Error.WriteLine($"The first {table.RowsShown} rows; there are more. --output csv or -o FILE gives all.");
        if (table.ColumnsLeftOut > 0) context.Error.WriteLine($"{table.ColumnsLeftOut} columns do not fit here and are left out. Name the columns you want, or use --output csv.");
    }
}
