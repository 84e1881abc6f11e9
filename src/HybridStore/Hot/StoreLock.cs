namespace HybridStore.Hot;

/// <summary>One process at a time: a lock that the system releases when its holder ends, however it ends.</summary>
internal static class StoreLock
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The lock's file; made when missing, left when done.</param>
    /// <param name="time">Measures the wait.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Dispose to release.</returns>
    /// <exception cref="StoreException">Environment: somebody else has it for longer than the limit.</exception>
    internal static async Task<IDisposable> TakeAsync(string path, TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
    {
        var patience = new Patience(time, PauseMin, PauseMax, limit);
        while (true)
        {
            try
            {
                // FileShare.None is flock(2) on Unix.
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (!await patience.TryWaitAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw new StoreException(StoreErrorKind.Environment, $"{path}: another hybrid is starting or stopping this store's Postgres and has not finished in {limit.TotalSeconds:0} s. Look for it with 'ps', and try again.", e);
                }
            }
        }
    }
}
