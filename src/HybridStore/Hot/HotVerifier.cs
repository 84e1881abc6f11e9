using System.Data;
using HybridStore.Native.DuckDb;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>Compares days of Postgres with the lake: every row, all columns, whatever their order.</summary>
/// <param name="connection">Without a transaction; used by nobody else meanwhile.</param>
/// <param name="lake">Likewise.</param>
/// <param name="lakeDays">Reads the lake's rows.</param>
/// <param name="layout">The table.</param>
internal sealed class HotVerifier(NpgsqlConnection connection, DuckDbConnection lake, LakeDayReader lakeDays, HotLayout layout)
{
    private readonly HotBooks _books = new(connection);

    /// <summary>Compares a day, and marks what differs in the books, so that a sync loads it again.</summary>
    /// <param name="date">The day.</param>
    /// <param name="inLake">The lake's symbols on that day.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Symbols and rows compared, and what differs.</returns>
    internal async Task<(int SymbolDays, long RowCount, IReadOnlyList<HotProblem> Problems)> VerifyAsync(DateOnly date, IReadOnlyList<SymbolDay> inLake, CancellationToken cancellationToken)
    {
        // One snapshot of books and rows, and no lock: loads go on meanwhile.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        var books = await _books.ReadAsync(layout.Table, new(date, date), symbols: null, cancellationToken).ConfigureAwait(false);
        var day = await _books.FindDayAsync(layout.Table, date, cancellationToken).ConfigureAwait(false);
        if (day is null) return (0, 0, []);
        var postgres = await ReadAsync(day.Value.Leaf, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);

        var known = inLake.Where(one => books.ContainsKey((one.Symbol, date))).ToList();
        var lakeTotals = known.Count > 0 ? lakeDays.Total(lake, date, known, cancellationToken) : new SymbolTotals();
        var symbols = books.Keys.Select(key => key.Symbol).Union(postgres.Symbols, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var problems = new List<HotProblem>();
        foreach (var symbol in symbols)
        {
            var found = postgres[symbol];
            var problem = (books.ContainsKey((symbol, date)), known.Exists(one => one.Symbol == symbol)) switch
            {
                (false, _) => $"Postgres has {found.RowCount} rows that hybrid did not load",
                (_, false) => $"Postgres has {found.RowCount} rows, the lake none",
                _ when found.RowCount != lakeTotals[symbol].RowCount => $"Postgres has {found.RowCount} rows, the lake {lakeTotals[symbol].RowCount}",
                _ when found.Checksum != lakeTotals[symbol].Checksum => $"Postgres has {found.RowCount} rows like the lake, but not the same values",
                _ => null,
            };
            if (problem is not null) problems.Add(new HotProblem(symbol, date, problem));
        }

        if (problems.Count > 0) await MarkAsync(date, postgres, books, problems, cancellationToken).ConfigureAwait(false);
        return (books.Count, postgres.RowCount, problems);
    }

    /// <summary>Counts and hashes what Postgres has of a day now.</summary>
    /// <param name="date">The day.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal async Task<SymbolTotals> TotalAsync(DateOnly date, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        var day = await _books.FindDayAsync(layout.Table, date, cancellationToken).ConfigureAwait(false);
        return day is null ? new SymbolTotals() : await ReadAsync(day.Value.Leaf, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SymbolTotals> ReadAsync(string leaf, CancellationToken cancellationToken)
    {
        var reader = new HotCopyReader(layout.LeafSymbolIndex);
        await using var copy = await connection.BeginRawBinaryCopyAsync(HotTableSql.CopyOut(layout, leaf), cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(copy, cancellationToken).ConfigureAwait(false);
        return reader.Totals;
    }

    /// <summary>Takes the fingerprint away from what differs, unless somebody has loaded it again in the meantime.</summary>
    private async Task MarkAsync(
        DateOnly date, SymbolTotals postgres, Dictionary<(string Symbol, DateOnly Date), HotSymbolDay> seen, List<HotProblem> problems, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        await _books.LockDayAsync(layout.Table, date, cancellationToken).ConfigureAwait(false);
        var now = await _books.ReadAsync(layout.Table, new(date, date), symbols: null, cancellationToken).ConfigureAwait(false);
        foreach (var problem in problems)
        {
            var key = (problem.Symbol, date);
            if (now.GetValueOrDefault(key) != seen.GetValueOrDefault(key)) continue;
            await _books.MarkAsync(layout.Table, date, problem.Symbol, postgres[problem.Symbol].RowCount, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
