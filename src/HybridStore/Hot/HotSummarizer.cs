using HybridStore.Schema;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>Keeps the summaries of a dataset: their tables as they are declared, and of each day what its rows say now.</summary>
/// <param name="connection">Without a transaction; used by nobody else meanwhile.</param>
/// <param name="layout">The table that is summed up; it exists.</param>
/// <param name="turns">How long a DROP may wait for readers.</param>
internal sealed class HotSummarizer(NpgsqlConnection connection, HotLayout layout, LockTurns turns)
{
    private readonly HotBooks _books = new(connection);

    /// <summary>Makes the tables of the summaries that are declared, and drops those that no longer are.</summary>
    /// <param name="declared">What <c>hybrid.json</c> declares of the dataset.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">Usage: Postgres refuses a summary, it has no column <c>date</c>, its name is taken, or something depends on one that is to go.</exception>
    internal async Task DeclareAsync(IReadOnlyList<HotSummary> declared, CancellationToken cancellationToken)
    {
        var known = await ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var summary in known.Where(one => !declared.Any(other => other.Name == one.Name))) await ChangeAsync(summary, turn => ForgetAsync(summary, turn, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (var summary in declared)
        {
            if (!known.Contains(summary) || await FindAsync(summary.Name, cancellationToken).ConfigureAwait(false) is null) await ChangeAsync(summary, turn => DefineAsync(summary, turn, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Computes the days whose rows are not those that they were computed of, and drops those that are no longer hot.</summary>
    /// <param name="cancellationToken">Stops; whole days that were computed stay.</param>
    /// <returns>How many days were computed, of all summaries.</returns>
    /// <exception cref="StoreException">Usage: a summary fails on a day's rows.</exception>
    internal async Task<int> RefreshAsync(CancellationToken cancellationToken)
    {
        var computed = 0;
        foreach (var summary in await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var days = await connection.ReadAsync(HotSummarySql.ReadStaleDays, reader => reader.GetFieldValue<DateOnly>(0), cancellationToken, layout.Table, summary.Name).ConfigureAwait(false);
            foreach (var day in days)
            {
                if (await RefreshDayAsync(summary, day, cancellationToken).ConfigureAwait(false)) computed++;
            }
        }

        return computed;
    }

    private async Task<bool> RefreshDayAsync(HotSummary summary, DateOnly date, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        // Nobody changes the day meanwhile, and who was faster has done it.
        await _books.LockDayAsync(layout.Table, date, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.LockTimeout(turns.Limit), cancellationToken).ConfigureAwait(false);
        var (rows, leaf, computed) = (await connection.ReadAsync(
            HotSummarySql.ReadDay, reader => (Text(reader, 0), Text(reader, 1), Text(reader, 2)), cancellationToken, layout.Table, summary.Name, date).ConfigureAwait(false))[0];
        if (rows == computed) return false;
        if (rows is null) await DropDayAsync(transaction, summary, leaf!, date, cancellationToken).ConfigureAwait(false);
        else await ComputeAsync(summary, leaf, date, rows, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return rows is not null;

        static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>New rows of a day that has a table replace the old ones in it: readers see one or the other, and wait for neither.</summary>
    private async Task ComputeAsync(HotSummary summary, string? present, DateOnly date, string content, CancellationToken cancellationToken)
    {
        var leaf = present ?? HotLayout.Leaf(summary.Name, date);
        try
        {
            await connection.ExecuteAsync(present is null ? HotSummarySql.CreateLeaf(summary.Name, leaf) : HotSummarySql.Empty(leaf), cancellationToken).ConfigureAwait(false);
            var rowCount = await connection.ExecuteAsync(HotSummarySql.Fill(layout, leaf, summary.Sql, date), cancellationToken).ConfigureAwait(false);
            if (present is null) await connection.ExecuteAsync(HotTableSql.Attach(summary.Name, leaf, date), cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(HotSummarySql.PutDay, cancellationToken, summary.Name, date, leaf, content, (long)rowCount).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CheckViolation)
        {
            throw Refused(summary, $"on {date:O} it gives rows whose date is another; the column date has to be the day of the rows that are summed up", e);
        }
        catch (PostgresException e) when (IsOfTheStatement(e))
        {
            throw Refused(summary, $"on {date:O}: {e.MessageText} (SQLSTATE {e.SqlState})", e);
        }
    }

    /// <summary>Rows that are no longer hot go at once; their empty table goes too, unless a reader has it in use: then at another refresh.</summary>
    private async Task DropDayAsync(NpgsqlTransaction transaction, HotSummary summary, string leaf, DateOnly date, CancellationToken cancellationToken)
    {
        if (await TryDropAsync(transaction, leaf, cancellationToken).ConfigureAwait(false))
        {
            await connection.ExecuteAsync(HotSummarySql.DeleteDay, cancellationToken, summary.Name, date).ConfigureAwait(false);
            return;
        }

        await connection.ExecuteAsync(HotSummarySql.Empty(leaf), cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotSummarySql.PutDay, cancellationToken, summary.Name, date, leaf, "", 0L).ConfigureAwait(false);
    }

    private async Task<bool> TryDropAsync(NpgsqlTransaction transaction, string table, CancellationToken cancellationToken)
    {
        const string savepoint = "before_drop";
        await transaction.SaveAsync(savepoint, cancellationToken).ConfigureAwait(false);
        try
        {
            await connection.ExecuteAsync(HotTableSql.LockTimeout(turns.TurnMin), cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(HotTableSql.DropLeaf(table), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await transaction.RollbackAsync(savepoint, cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    private Task<bool> ChangeAsync(HotSummary summary, Func<TimeSpan, Task> change, CancellationToken cancellationToken) => turns.RunAsync(
        $"{layout.Table}: the summary '{summary.Name}' was not changed",
        () => LockHolders.DescribeAsync(connection, summary.Name, cancellationToken),
        async turn =>
        {
            await change(turn).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    private async Task DefineAsync(HotSummary summary, TimeSpan turn, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotBooksSql.LockSchema, cancellationToken).ConfigureAwait(false);
        var found = await FindAsync(summary.Name, cancellationToken).ConfigureAwait(false);
        var known = (await connection.ReadAsync(
            HotSummarySql.Find, reader => (Dataset: reader.GetString(0), Sql: reader.GetString(1), Relation: (long?)reader.GetInt64(2)), cancellationToken, summary.Name).ConfigureAwait(false)).FirstOrDefault();
        if (found is not null && (found != known.Relation || known.Dataset != layout.Table))
        {
            throw Refused(summary, $"there is a table public.{summary.Name} that is not this summary's; choose another name, or rename that table", null);
        }

        var columns = await ProbeAsync(summary, cancellationToken).ConfigureAwait(false);
        if (found is not null && !columns.SequenceEqual(await ColumnsAsync(HotTableSql.ReadColumns, cancellationToken, found.Value).ConfigureAwait(false)))
        {
            await DropTableAsync(summary, turn, cancellationToken).ConfigureAwait(false);
            found = null;
        }

        if (found is null)
        {
            await connection.ExecuteAsync(HotSummarySql.DeleteDays, cancellationToken, summary.Name).ConfigureAwait(false);
            await connection.ExecuteAsync(HotSummarySql.CreateTable(layout, summary.Name), cancellationToken).ConfigureAwait(false);
            found = await FindAsync(summary.Name, cancellationToken).ConfigureAwait(false);
        }

        await connection.ExecuteAsync(HotSummarySql.DropProbe, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotSummarySql.Outdate, cancellationToken, summary.Name).ConfigureAwait(false);
        await connection.ExecuteAsync(HotSummarySql.Put, cancellationToken, summary.Name, layout.Table, summary.Sql, found!.Value).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The columns of a summary; refuses what cannot be one. Leaves the probe there.</summary>
    private async Task<List<(string Name, string Type)>> ProbeAsync(HotSummary summary, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(HotSummarySql.CreateProbe(layout, summary.Sql), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (IsOfTheStatement(e))
        {
            throw Refused(summary, $"{e.MessageText} (SQLSTATE {e.SqlState})", e);
        }

        var columns = await ColumnsAsync(HotSummarySql.ReadProbe, cancellationToken).ConfigureAwait(false);
        if (!columns.Contains((Dataset.DateColumn, "date"))) throw Refused(summary, "expected a column date of type date, the day of the rows that are summed up, found none", null);
        var table = await FindAsync(layout.Table, cancellationToken).ConfigureAwait(false);
        if (await connection.ScalarAsync(HotSummarySql.ReadsTheTableItself, cancellationToken, table).ConfigureAwait(false) is not 0L)
        {
            throw Refused(summary, $"it reads public.{layout.Table}, all days of it; write {layout.Table} without a schema, which stands for the rows of one day", null);
        }

        return columns;
    }

    private async Task ForgetAsync(HotSummary summary, TimeSpan turn, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotBooksSql.LockSchema, cancellationToken).ConfigureAwait(false);
        await DropTableAsync(summary, turn, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotSummarySql.DeleteDays, cancellationToken, summary.Name).ConfigureAwait(false);
        await connection.ExecuteAsync(HotSummarySql.Delete, cancellationToken, summary.Name).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task DropTableAsync(HotSummary summary, TimeSpan turn, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(HotTableSql.LockTimeout(turn), cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(HotTableSql.DropLeaf(summary.Name), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw Refused(summary, $"its table has to be dropped, because its declaration is gone or has other columns, but other objects depend on it, such as views; drop them, or declare it as before", e);
        }
    }

    private Task<List<HotSummary>> ReadAsync(CancellationToken cancellationToken) =>
        connection.ReadAsync(HotSummarySql.ReadOfDataset, reader => new HotSummary(reader.GetString(0), reader.GetString(1)), cancellationToken, layout.Table);

    private Task<List<(string Name, string Type)>> ColumnsAsync(string sql, CancellationToken cancellationToken, params object?[] values) =>
        connection.ReadAsync(sql, reader => (reader.GetString(0), reader.GetString(1)), cancellationToken, values);

    private async Task<long?> FindAsync(string table, CancellationToken cancellationToken) =>
        (long?)await connection.ScalarAsync(HotTableSql.FindTable, cancellationToken, table).ConfigureAwait(false);

    /// <summary>Whether the user's SQL is to blame, and not the server, its disk or a lock: syntax, names, types, values, missing rights, raised by hand.</summary>
    private static bool IsOfTheStatement(PostgresException e) => e.SqlState[..2] is "42" or "22" or "23" or "21" or "0A" or "P0";

    private StoreException Refused(HotSummary summary, string reason, Exception? inner) => new(
        StoreErrorKind.Usage,
        $"{layout.Table}: the summary '{summary.Name}' is refused: {reason}. Correct datasets.{layout.Table}.summaries.{summary.Name} in hybrid.json, and run 'hybrid sync'.",
        inner);
}
