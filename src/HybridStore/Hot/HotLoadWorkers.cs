using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using HybridStore.Native.DuckDb;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>Loads days side by side, the largest first, each on its own.</summary>
/// <param name="source">More connections.</param>
/// <param name="database">Reads the lake; a connection of its own for each worker.</param>
/// <param name="loaderOf">Makes a worker's loader of its connections to Postgres and to the lake.</param>
/// <param name="budget">Asked before each day.</param>
/// <param name="tally">Told what was sent and committed.</param>
internal sealed class HotLoadWorkers(
    NpgsqlDataSource source, DuckDbDatabase database, Func<NpgsqlConnection, DuckDbConnection, HotDayLoader> loaderOf, HotBudget budget, LoadTally tally)
{
    private StoreException? _refusal;

    /// <summary>Loads; the first failure ends the others: what they have committed stays, what they are at is rolled back. A limit that is reached lets them finish it.</summary>
    /// <param name="first">A connection that is open already.</param>
    /// <param name="requests">The days.</param>
    /// <param name="connectionsMax">At most so many connections, the first among them.</param>
    /// <param name="cancellationToken">Stops; whole days that were loaded stay.</param>
    internal async Task<HotDayLoader.Outcome> RunAsync(NpgsqlConnection first, List<DayRequest> requests, int connectionsMax, CancellationToken cancellationToken)
    {
        if (requests.Count == 0) return default;
        var queue = new ConcurrentQueue<DayRequest>(requests.OrderByDescending(request => request.RowCount));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var count = await HotConnections.ChooseAsync(first, Math.Min(connectionsMax, requests.Count), cancellationToken).ConfigureAwait(false);
        var workers = Enumerable.Range(0, count)
            .Select(number => Task.Run(() => number == 0 ? WorkAsync(first, queue, stop.Token) : ConnectAndWorkAsync(queue, stop.Token), CancellationToken.None)).ToArray();
        await Task.WhenAll(workers.Select(SettleAsync)).ConfigureAwait(false);
        if (Array.Find(workers, worker => worker.IsFaulted) is { } failed) await failed.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (_refusal is not null) ExceptionDispatchInfo.Throw(_refusal);
        return tally.Outcome;

        async Task SettleAsync(Task worker)
        {
            await worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!worker.IsCompletedSuccessfully) await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task ConnectAndWorkAsync(ConcurrentQueue<DayRequest> queue, CancellationToken cancellationToken)
    {
        // Somebody else took the last connection a moment ago: the first goes on alone.
        await using var connection = await HotConnections.TryOpenAsync(source, cancellationToken).ConfigureAwait(false);
        if (connection is not null) await WorkAsync(connection, queue, cancellationToken).ConfigureAwait(false);
    }

    private async Task WorkAsync(NpgsqlConnection connection, ConcurrentQueue<DayRequest> queue, CancellationToken cancellationToken)
    {
        using var lake = database.Connect();
        var loader = loaderOf(connection, lake);
        while (queue.TryDequeue(out var request))
        {
            using var place = await EnterAsync(connection, request, queue, cancellationToken).ConfigureAwait(false);
            if (place is null) return;
            tally.Commit(await tally.LoadAsync(sent => loader.LoadAsync(request, sent, cancellationToken)).ConfigureAwait(false));
        }
    }

    /// <returns>Null when the day does not fit any more; then nobody begins another.</returns>
    private async Task<IDisposable?> EnterAsync(NpgsqlConnection connection, DayRequest request, ConcurrentQueue<DayRequest> queue, CancellationToken cancellationToken)
    {
        try
        {
            return await budget.EnterAsync(connection, request, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            queue.Clear();
            _refusal = e;
            return null;
        }
    }
}
