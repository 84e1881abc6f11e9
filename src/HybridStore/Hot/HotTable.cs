using Npgsql;

namespace HybridStore.Hot;

/// <summary>A dataset's table in Postgres: made when missing, widened when the dataset got more columns, refused when it is not ours.</summary>
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
    /// <exception cref="StoreException">Usage: there is a table of this name that hybrid did not make, or its columns have other types and rows.</exception>
    internal async Task<int> EnsureAsync(CancellationToken cancellationToken)
    {
        var version = (await connection.ReadAsync(HotTableSql.ServerVersion, reader => reader.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
        if (version < VersionMin) throw new StoreException(StoreErrorKind.Environment, $"{connection.DataSource}: expected Postgres 13 or newer, found version {version / 10_000}. Set HYBRID_PG to a newer one, or unset it to use the embedded one.");
        await new HotBooks(connection).EnsureAsync(cancellationToken).ConfigureAwait(false);
        if (await IsAsItShouldAsync(cancellationToken).ConfigureAwait(false)) return version;
        return await turns.RunAsync($"{layout.Table}: its table got no new columns", turn => ChangeAsync(version, turn, cancellationToken), cancellationToken).ConfigureAwait(false);
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

    private async Task<bool> IsAsItShouldAsync(CancellationToken cancellationToken)
    {
        // The table first: somebody who makes it now commits it together with what is known of it.
        var found = await FindAsync(cancellationToken).ConfigureAwait(false);
        var (relation, definition) = await KnownAsync(cancellationToken).ConfigureAwait(false);
        if (found is not null && found != relation)
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{connection.Database}: the table public.{layout.Table} is not hybrid's, so it is left alone. Rename it, or point HYBRID_PG at another database.");
        }

        return found is not null && definition == layout.Definition;
    }

    private async Task<int> ChangeAsync(int version, TimeSpan turn, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotBooksSql.LockSchema, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.LockTimeout(turn), cancellationToken).ConfigureAwait(false);
        if (!await IsAsItShouldAsync(cancellationToken).ConfigureAwait(false)) await DefineAsync(version, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return version;
    }

    private async Task DefineAsync(int version, CancellationToken cancellationToken)
    {
        var (_, definition) = await KnownAsync(cancellationToken).ConfigureAwait(false);
        if (await FindAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            // New, or dropped by hand with all that it held.
            await connection.ExecuteAsync(HotBooksSql.ForgetDataset, cancellationToken, layout.Table).ConfigureAwait(false);
            await connection.ExecuteAsync(HotBooksSql.ForgetDatasetDays, cancellationToken, layout.Table).ConfigureAwait(false);
            await connection.ExecuteAsync(HotTableSql.CreateTable(layout, HasSymbolAlias(layout, version)), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await AddColumnsAsync(definition!, cancellationToken).ConfigureAwait(false);
        }

        await connection.ExecuteAsync(HotBooksSql.PutDataset, cancellationToken, layout.Table, (await FindAsync(cancellationToken).ConfigureAwait(false))!, layout.Definition).ConfigureAwait(false);
    }

    private async Task AddColumnsAsync(string definition, CancellationToken cancellationToken)
    {
        var known = definition.Split('\n').Select(line => line.Split('\t')).ToDictionary(parts => parts[0], parts => parts[1]);
        foreach (var column in layout.Columns)
        {
            if (!known.Remove(column.Name, out var type))
            {
                await connection.ExecuteAsync(HotTableSql.AddColumn(layout, column), cancellationToken).ConfigureAwait(false);
            }
            else if (type != column.Type.ToSql())
            {
                throw new StoreException(
                    StoreErrorKind.Usage,
                    $"{layout.Table}.{column.Name}: the lake has {column.Type.ToSql()}, the hot table {type}. Drop the table public.{layout.Table} in Postgres and run 'hybrid sync' to fill it anew.");
            }
        }
    }

    private async Task<(long? Relation, string? Definition)> KnownAsync(CancellationToken cancellationToken)
    {
        var rows = await connection.ReadAsync(HotBooksSql.FindDataset, reader => ((long?)reader.GetInt64(0), (string?)reader.GetString(1)), cancellationToken, layout.Table).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : (null, null);
    }

    private async Task<long?> FindAsync(CancellationToken cancellationToken) =>
        (long?)await connection.ScalarAsync(HotTableSql.FindTable, cancellationToken, layout.Table).ConfigureAwait(false);
}
