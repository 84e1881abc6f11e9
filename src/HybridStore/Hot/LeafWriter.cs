using HybridStore.Native.Postgres;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>Brings rows of a day into its leaf, within a transaction.</summary>
/// <param name="work">Which.</param>
internal abstract class LeafWriter(LeafWork work)
{
    private protected NpgsqlConnection Connection => work.Connection;

    private protected HotLayout Layout => work.Layout;

    private protected string Leaf => work.Leaf;

    private protected DateOnly Date => work.Date;

    /// <summary>Makes the leaf, or room in it, and fills in the rows.</summary>
    /// <param name="days">The symbols' rows.</param>
    /// <param name="sent">Told the rows that went out since it was last called.</param>
    /// <param name="cancellationToken">Stops; the transaction has to be rolled back then.</param>
    /// <returns>What was read and sent, which is what the lake's log says.</returns>
    internal abstract Task<SymbolTotals> FillAsync(IReadOnlyList<SymbolDay> days, Action<long> sent, CancellationToken cancellationToken);

    /// <summary>Makes the leaf, which has its index by now, a part of the table.</summary>
    /// <param name="cancellationToken">Stops; the transaction has to be rolled back then.</param>
    internal abstract Task AttachAsync(CancellationToken cancellationToken);

    private protected Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object?[] values) => Connection.ExecuteAsync(sql, cancellationToken, values);

    private protected HotRowReader Open(IReadOnlyList<SymbolDay> days, LeafConstants constants, CancellationToken cancellationToken) => work.Source.Open(work.Lake, Date, days, constants, cancellationToken);

    /// <summary>Sends all rows by COPY.</summary>
    /// <param name="days">The symbols' rows.</param>
    /// <param name="constants">What need not be sent.</param>
    /// <param name="isNew">Whether this transaction has made the leaf.</param>
    /// <param name="sent">Told the rows that went out since it was last called.</param>
    /// <param name="cancellationToken">Stops.</param>
    private protected async Task<SymbolTotals> CopyAsync(IReadOnlyList<SymbolDay> days, LeafConstants constants, bool isNew, Action<long> sent, CancellationToken cancellationToken)
    {
        using var rows = Open(days, constants, cancellationToken);
        var copy = await Connection.BeginRawBinaryCopyAsync(HotTableSql.Copy(constants, Leaf, isNew), cancellationToken).ConfigureAwait(false);
        try
        {
            await copy.WriteAsync(PgCopyEncoder.Header.ToArray(), cancellationToken).ConfigureAwait(false);
            var told = 0L;
            while (rows.Next() is { Length: > 0 } next)
            {
                await copy.WriteAsync(next, cancellationToken).ConfigureAwait(false);
                sent(rows.RowCount - told);
                told = rows.RowCount;
            }

            await copy.WriteAsync(PgCopyEncoder.Trailer.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Disposing it would finish the COPY. The transaction takes back what arrived, whether or not this reaches the server.
            await CancelQuietlyAsync(copy).ConfigureAwait(false);
            throw;
        }

        await copy.DisposeAsync().ConfigureAwait(false);
        return Check(rows, days);
    }

    private protected SymbolTotals Check(HotRowReader rows, IReadOnlyList<SymbolDay> days) => work.Source.Check(rows.Totals, days);

    private static async Task CancelQuietlyAsync(NpgsqlRawCopyStream copy)
    {
        try
        {
            await copy.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException or NullReferenceException)
        {
            // The connection is gone (Npgsql 10.0.0 then trips over its own clean-up): the server rolls back by itself.
        }
    }
}
