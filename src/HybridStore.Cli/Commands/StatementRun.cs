using HybridStore.Cli.Output;
using HybridStore.Cli.Output.Rows;
using HybridStore.Query;
using HybridStore.Query.Arrow;

namespace HybridStore.Cli.Commands;

/// <summary>Runs one statement and writes its result.</summary>
/// <param name="Context">Where notes go.</param>
/// <param name="Format">How the result is written.</param>
/// <param name="Parameters">Values by name.</param>
/// <param name="Timeout">When to stop it; null for never.</param>
/// <param name="RowsMax">How many rows of a table a terminal shows.</param>
internal sealed record StatementRun(CommandContext Context, RowFormat Format, IReadOnlyDictionary<string, object?> Parameters, TimeSpan? Timeout, long RowsMax)
{
    /// <summary>More rows scroll away; the note below them says so.</summary>
    internal const int TerminalRowsMax = 500;

    /// <summary>Runs the statement and writes its rows to a stream.</summary>
    internal void ToStream(QueryEngine engine, string statement, Stream stream, CancellationToken cancellationToken) => Limited(
        token =>
        {
            if (Format == RowFormat.Arrow)
            {
                using var batches = engine.RunArrow(statement, Parameters, token);
                return ArrowOutput.Write(batches, stream, isFile: stream is FileStream);
            }

            using var reader = engine.Run(statement, Parameters, token);
            return Copy(reader, Format.CreateWriter(stream));
        },
        cancellationToken);

    /// <summary>Runs the statement and writes its rows to the one Parquet file that the engine may make.</summary>
    internal void ToParquet(QueryEngine engine, string statement, CancellationToken cancellationToken) =>
        Limited(token => engine.WriteParquet(statement, Parameters, token), cancellationToken);

    /// <summary>Runs the statement and shows its rows: as wide as the terminal, and in a pager where one is set and they are longer than the screen.</summary>
    /// <returns>Rows shown.</returns>
    internal long ToTerminal(Func<CancellationToken, QueryReader> run, CancellationToken cancellationToken) => Limited(
        token =>
        {
            using var reader = run(token);
            var pager = PagerStream.Command(Environment.GetEnvironmentVariable);
            using Stream stream = pager is null ? StandardOutput.Open() : new PagerStream(pager, Console.WindowHeight - 2);
            // A pager scrolls: it gets all rows.
            var table = Format == RowFormat.Table ? new TableRowWriter(stream, Console.WindowWidth, pager is null ? RowsMax : long.MaxValue) : null;
            try
            {
                var rows = Copy(reader, table ?? Format.CreateWriter(stream));
                stream.Flush();
                if (table is not null) NoteWhatIsMissing(table);
                return table?.RowsShown ?? rows;
            }
            catch (IOException) when (stream is PagerStream { IsPaging: true })
            {
                return table?.RowsShown ?? 0; // Who reads it has seen enough.
            }
        },
        cancellationToken);

    private static long Copy(QueryReader reader, IRowWriter writer)
    {
        var rows = 0L;
        writer.Begin(reader.Columns);
        while (reader.Read())
        {
            rows += reader.Chunk.RowCount;
            if (!writer.Write(reader.Chunk)) break;
        }

        writer.End();
        return rows;
    }

    private T Limited<T>(Func<CancellationToken, T> work, CancellationToken cancellationToken)
    {
        using var limit = Timeout is { } timeout ? new CancellationTokenSource(timeout, TimeProvider.System) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return work(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreException(StoreErrorKind.Environment, $"The statement did not end within {Timeout!.Value.TotalSeconds} s and was stopped. Ask for less, or raise --timeout.");
        }
    }

    private void NoteWhatIsMissing(TableRowWriter table)
    {
        if (table.LeftRowsOut) Context.Error.WriteLine($"The first {table.RowsShown} rows; there are more. --output csv or -o FILE gives all.");
        if (table.ColumnsLeftOut > 0) Context.Error.WriteLine($"{table.ColumnsLeftOut} columns do not fit here and are left out. Name the columns you want, or use --output csv.");
    }
}
