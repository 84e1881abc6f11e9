using Npgsql;

namespace HybridStore.Hot;

/// <summary>Takes symbols of one day out of Postgres, in one transaction.</summary>
/// <param name="connection">Without a transaction; used by nobody else meanwhile.</param>
/// <param name="layout">The table.</param>
/// <param name="turns">How long a DROP may wait for readers.</param>
internal sealed class HotEvictor(NpgsqlConnection connection, HotLayout layout, LockTurns turns)
{
    private readonly HotBooks _books = new(connection);

    /// <summary>Evicts; all of it or nothing.</summary>
    /// <param name="date">The day.</param>
    /// <param name="expected">What to evict, as the books had it when that was decided; what has changed since stays.</param>
    /// <param name="cancellationToken">Stops; then nothing was evicted.</param>
    /// <returns>Rows and symbols evicted.</returns>
    /// <exception cref="StoreException">Environment: a reader has kept the table in use too long.</exception>
    internal Task<(long RowCount, int SymbolDays)> EvictAsync(DateOnly date, IReadOnlyList<HotSymbolDay> expected, CancellationToken cancellationToken) =>
        turns.RunAsync(
            $"{layout.Table}: {date:O} was not evicted",
            () => LockHolders.DescribeAsync(connection, layout.Table, cancellationToken),
            turn => TryEvictAsync(date, expected, turn, cancellationToken),
            cancellationToken);

    private async Task<(long RowCount, int SymbolDays)> TryEvictAsync(DateOnly date, IReadOnlyList<HotSymbolDay> expected, TimeSpan turn, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        await _books.LockDayAsync(layout.Table, date, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.LockTimeout(turns.Limit), cancellationToken).ConfigureAwait(false);
        var hot = await _books.ReadAsync(layout.Table, new(date, date), symbols: null, cancellationToken).ConfigureAwait(false);
        var gone = expected.Where(day => hot.TryGetValue((day.Symbol, day.Date), out var now) && now == day).ToList();
        var day = await _books.FindDayAsync(layout.Table, date, cancellationToken).ConfigureAwait(false);
        if (gone.Count == 0 || day is null) return default;

        if (gone.Count == hot.Count)
        {
            await connection.ExecuteAsync(HotTableSql.LockTimeout(turn), cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(HotTableSql.DropLeaf(day.Value.Leaf), cancellationToken).ConfigureAwait(false);
            await _books.DeleteDayAsync(layout.Table, date, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var symbols = gone.Select(one => one.Symbol).ToArray();
            await connection.ExecuteAsync(HotTableSql.DeleteSymbols(layout, day.Value.Leaf), cancellationToken, [symbols]).ConfigureAwait(false);
            await _books.DeleteAsync(layout.Table, date, symbols, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return (gone.Sum(one => one.RowCount), gone.Count);
    }
}
