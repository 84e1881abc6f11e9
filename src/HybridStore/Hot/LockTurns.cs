using System.Globalization;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>
/// Takes locks that readers wait behind: a statement that waits for one stands in a queue, and readers that come later stand behind it. So it
/// stands there for a turn only, and after a turn there is a pause of the same length, in which the readers get through. The first turns are short;
/// later ones are longer, for tables that short queries never leave.
/// </summary>
/// <param name="time">Measures the pauses.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class LockTurns(TimeProvider time)
{
    /// <summary>The first turn in the queue; the only one where there is another way to go on.</summary>
    internal TimeSpan TurnMin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>No turn is longer, and so no reader waits longer behind hybrid at a time.</summary>
    internal TimeSpan TurnMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to go on; also for a lock that readers do not wait behind, which needs no turns.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs a transaction, again when it does not get a lock in its turn.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="where">The table and, perhaps, the day, for messages.</param>
    /// <param name="holders">Says who has the table in use, for the message.</param>
    /// <param name="attempt">Begins the transaction, sets its lock timeout to the turn that it is given, and rolls it back when it fails.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">Environment: others had the table in use all the time.</exception>
    internal async Task<T> RunAsync<T>(string where, Func<Task<string>> holders, Func<TimeSpan, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var patience = new Patience(time, TurnMin, TurnMax, Limit);
        while (true)
        {
            try
            {
                return await attempt(patience.Next).ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                if (await patience.TryWaitAsync(cancellationToken).ConfigureAwait(false)) continue;
                var who = await holders().ConfigureAwait(false);
                throw new StoreException(
                    StoreErrorKind.Environment,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{where}: others have kept the table in use for {Limit.TotalSeconds:0.#} s (a long query, an open transaction, ")
                    + $"a CREATE INDEX or a VACUUM){(who.Length > 0 ? $": {who}" : "")}. "
                    + "It is as it was; run the command again when they are done (select * from pg_stat_activity).",
                    e);
            }
        }
    }
}
