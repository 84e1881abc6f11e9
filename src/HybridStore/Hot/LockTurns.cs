using Npgsql;

namespace HybridStore.Hot;

/// <summary>
/// Takes locks that readers wait behind: a statement that waits for one stands in a queue, and readers that come later stand behind it. So it
/// stands there for a short turn only, and between two turns there is a pause in which the readers get through.
/// </summary>
/// <param name="time">Measures the pauses.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class LockTurns(TimeProvider time)
{
    /// <summary>A turn in the queue, and so the longest that a reader waits behind hybrid at a time; the pause after it is as long at least.</summary>
    internal TimeSpan Turn { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to go on; also for a lock that readers do not wait behind, which needs no turns.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs a transaction, again when it does not get a lock in its turn.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="where">The table and, perhaps, the day, for messages.</param>
    /// <param name="attempt">Begins the transaction, sets its lock timeout to <see cref="Turn"/> and rolls it back when it fails.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">Environment: others had the table in use all the time.</exception>
    internal async Task<T> RunAsync<T>(string where, Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        var patience = new Patience(time, Turn, Turn * 4, Limit);
        while (true)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                if (await patience.TryWaitAsync(cancellationToken).ConfigureAwait(false)) continue;
                throw new StoreException(
                    StoreErrorKind.Environment,
                    $"{where}: others have kept the table in use for {Limit.TotalSeconds:0.#} s (a long query, an open transaction, a CREATE INDEX or a VACUUM). It is as it was; run the command again when they are done (select * from pg_stat_activity).",
                    e);
            }
        }
    }
}
