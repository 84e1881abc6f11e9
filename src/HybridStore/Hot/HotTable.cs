using Npgsql;

namespace HybridStore.Hot;

/// <summary>A dataset's table in Postgres: made when missing, given the columns that the dataset has now, refused when it is not ours.</summary>
/// <param name="connection">A connection without a transaction.</param>
/// <param name="layout">What it should be.</param>
/// <param name="turns">How long a change of the table may wait for readers.</param>
internal sealed class HotTable(NpgsqlConnection connection, HotLayout layout, LockTurns turns)
{
    private const int VersionMin = 130_000;
    private const int VersionOfVirtualColumns = 180_000;

    /// <summary>Whether the server can offer the symbol under its other name.</summary>
    internal static bool HasSymbolAlias(HotLayout layout, int serverVersion) => layout.NeedsSymbolAlias && serverVersion >= VersionOfVirtualColumns;

    /// <summary>Makes the table what it should be.</summary>
    /// <param name="cancellationToken">Stops; nothing has changed then.</param>
    /// <returns>The server's version, such as 180004.</returns>
    /// <exception cref="StoreException">Usage: there is a table of this name that hybrid did not make, or columns that Postgres does not take, that others added, or that others depend on.</exception>
    internal async Task<int> EnsureAsync(CancellationToken cancellationToken)
    {
        PostgresNames.Check(layout);
        var version = await ReadVersionAsync(cancellationToken).ConfigureAwait(false);
        await new HotBooks(connection).EnsureAsync(cancellationToken).ConfigureAwait(false);
        if (await LookAsync(version, cancellationToken).ConfigureAwait(false) is { IsNone: true }) return version;
        return await turns.RunAsync(
            $"{layout.Table}: the columns of its table were not changed",
            () => LockHolders.DescribeAsync(connection, layout.Table, cancellationToken),
            turn => ChangeAsync(version, turn, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tries the user's own indexes on an empty table, which is gone afterwards.</summary>
    /// <param name="index">The policy; hybrid's own need no trial.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">Usage: Postgres refuses one.</exception>
    internal async Task CheckIndexAsync(HotIndex index, CancellationToken cancellationToken)
    {
        if (index.Own.Count == 0) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        var leaf = layout.TrialLeaf;
        await connection.ExecuteAsync(HotTableSql.CreateLeaf(LeafConstants.None(layout), leaf, withSymbolAlias: false), cancellationToken).ConfigureAwait(false);
        foreach (var (at, own) in index.Own.Index())
        {
            var sql = HotTableSql.CreateOwnIndex(layout, leaf, own, at + 1);
            try
            {
                await connection.ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e)
            {
                throw new StoreException(StoreErrorKind.Usage, $"{layout.Table}: the index '{index}' is refused: {e.MessageText} (SQLSTATE {e.SqlState}). Correct index of the dataset in hybrid.json; nothing was loaded.", e);
            }
        }
    }

    /// <summary>Says how the columns of the table differ from the lake's; changes nothing.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Empty when they do not, or when there is no such table.</returns>
    internal async Task<string> CompareAsync(CancellationToken cancellationToken)
    {
        var version = await ReadVersionAsync(cancellationToken).ConfigureAwait(false);
        if (await FindAsync(cancellationToken).ConfigureAwait(false) is not { } relation) return "";
        var known = await KnownAsync(cancellationToken).ConfigureAwait(false);
        return known.Relation == relation ? (await FindChangesAsync(relation, known.Definition!, version, cancellationToken).ConfigureAwait(false)).Describe() : "";
    }

    private async Task<int> ReadVersionAsync(CancellationToken cancellationToken)
    {
        var version = (await connection.ReadAsync(HotTableSql.ServerVersion, reader => reader.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
        return version >= VersionMin
            ? version
            : throw new StoreException(
                StoreErrorKind.Environment,
                $"{connection.DataSource}: expected Postgres 13 or newer, found version {version / 10_000}. Set HYBRID_PG to a newer one, or unset it to use the embedded one.");
    }

    /// <summary>What is to be changed; null when the table has to be made.</summary>
    /// <exception cref="StoreException">Usage: what has to be changed is not hybrid's, or cannot be changed.</exception>
    private async Task<HotColumnChanges?> LookAsync(int version, CancellationToken cancellationToken)
    {
        // The table first: somebody who makes it now commits it together with what is known of it.
        var found = await FindAsync(cancellationToken).ConfigureAwait(false);
        var known = await KnownAsync(cancellationToken).ConfigureAwait(false);
        if (found is not { } relation) return null;
        if (relation != known.Relation)
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{connection.Database}: the table public.{layout.Table} is not hybrid's, so it is left alone. Rename it, or point HYBRID_PG at another database.");
        }

        var changes = await FindChangesAsync(relation, known.Definition!, version, cancellationToken).ConfigureAwait(false);
        Check(changes);
        return changes;
    }

    private async Task<HotColumnChanges> FindChangesAsync(long relation, string definition, int version, CancellationToken cancellationToken)
    {
        var found = await connection.ReadAsync(
            HotTableSql.ReadColumns, reader => new CatalogColumn(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)), cancellationToken, relation).ConfigureAwait(false);
        return HotColumnChanges.Find(layout, HasSymbolAlias(layout, version), definition, found);
    }

    private void Check(HotColumnChanges changes)
    {
        if (changes.Foreign.Count > 0)
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{layout.Table}: the table public.{layout.Table} has columns that somebody added: {string.Join(", ", changes.Foreign)}. New days could not be attached. "
                + $"Keep such values in a table of your own, joined by a view, and drop the columns (alter table public.{layout.Table} drop column ...). Nothing was changed.");
        }

        var (symbol, time) = (layout.Dataset.SymbolColumn, layout.Dataset.TimeColumn);
        if (changes.Added.Concat(changes.Replaced).FirstOrDefault(column => column.Name == symbol || column.Name == time || column.Name == Schema.Dataset.DateColumn) is { } key)
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{layout.Table}.{key.Name}: the lake has {key.Type.ToSql()}, the hot table something else, in a column by which rows are found. "
                + $"Drop the table public.{layout.Table} in Postgres and run 'hybrid sync' to fill it anew.");
        }
    }

    private async Task<int> ChangeAsync(int version, TimeSpan turn, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotBooksSql.LockSchema, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.LockTimeout(turn), cancellationToken).ConfigureAwait(false);
        var changes = await LookAsync(version, cancellationToken).ConfigureAwait(false);
        if (changes is null) await CreateAsync(version, cancellationToken).ConfigureAwait(false);
        else if (!changes.IsNone) await AlterAsync(changes, cancellationToken).ConfigureAwait(false);
        var relation = (await FindAsync(cancellationToken).ConfigureAwait(false))!;
        await connection.ExecuteAsync(HotBooksSql.PutDataset, cancellationToken, layout.Table, relation, layout.Definition).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return version;
    }

    /// <summary>Makes a table that is new, or was dropped by hand with all that it held.</summary>
    private async Task CreateAsync(int version, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(HotBooksSql.ForgetDataset, cancellationToken, layout.Table).ConfigureAwait(false);
        await connection.ExecuteAsync(HotBooksSql.ForgetDatasetDays, cancellationToken, layout.Table).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.CreateTable(layout, HasSymbolAlias(layout, version)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives the table the lake's columns. Days that lose values are loaded again, also when the lake gets the column back before that;
    /// summaries may have read a column that is gone, or all of them.
    /// </summary>
    private async Task AlterAsync(HotColumnChanges changes, CancellationToken cancellationToken)
    {
        if (changes.Emptied.Count > 0)
        {
            await connection.ExecuteAsync(HotTableSql.LockAgainstChanges(layout), cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(HotTableSql.MarkDaysWithValues(layout, changes.Emptied), cancellationToken, layout.Table).ConfigureAwait(false);
        }

        if (changes.Lost.Count > 0) await connection.ExecuteAsync(HotTableSql.MarkAllDays(), cancellationToken, layout.Table).ConfigureAwait(false);
        try
        {
            await connection.ExecuteAsync(HotTableSql.ChangeColumns(layout, changes), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{layout.Table}: the lake no longer has columns of public.{layout.Table}, or has them with another type: {string.Join(", ", changes.Emptied)}. "
                + $"They cannot go while others use them: {e.Detail} Drop those, run the command again, and make them anew. Nothing was changed.",
                e);
        }

        await connection.ExecuteAsync(HotSummarySql.Redeclare, cancellationToken, layout.Table).ConfigureAwait(false);
    }

    private async Task<(long? Relation, string? Definition)> KnownAsync(CancellationToken cancellationToken)
    {
        var rows = await connection.ReadAsync(
            HotBooksSql.FindDataset, reader => ((long?)reader.GetInt64(0), (string?)reader.GetString(1)), cancellationToken, layout.Table).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : (null, null);
    }

    private async Task<long?> FindAsync(CancellationToken cancellationToken) =>
        (long?)await connection.ScalarAsync(HotTableSql.FindTable, cancellationToken, layout.Table).ConfigureAwait(false);
}
