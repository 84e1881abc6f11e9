using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>Runs work on several threads, each with a DuckDB connection of its own; the first failure stops all.</summary>
/// <remarks>
/// One database with one thread: DuckDB then runs each statement on the thread that asks for it, and keeps the order of rows. Several
/// databases are no faster.
/// </remarks>
internal static class IngestWorkers
{
    /// <summary>Runs one call for each item, in the order given as far as threads are free.</summary>
    /// <param name="items">What to work on, the largest first.</param>
    /// <param name="jobs">Threads.</param>
    /// <param name="duckDbMemoryBytes">DuckDB's limit over all of them.</param>
    /// <param name="work">Called with a connection of the calling thread's own.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal static void Run<T>(
        IReadOnlyCollection<T> items,
        int jobs,
        long duckDbMemoryBytes,
        Action<T, DuckDbConnection, CancellationToken> work,
        CancellationToken cancellationToken)
    {
        using var database = BoundedDatabase.Open(threads: 1, duckDbMemoryBytes);
        using (var first = database.Connect()) DuckDbTableFunction.Register(first);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var queue = new ConcurrentQueue<T>(items);
        ExceptionDispatchInfo? failure = null;
        var threads = Enumerable.Range(0, Math.Min(jobs, items.Count)).Select(_ => new Thread(() =>
        {
            try
            {
                using var connection = database.Connect();
                while (!stop.IsCancellationRequested && queue.TryDequeue(out var item)) work(item, connection, stop.Token);
            }
            catch (Exception exception)
            {
                // Those that only stop because another failed come later, and are not what went wrong.
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
                stop.Cancel();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        failure?.Throw();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
