namespace HybridStore.Native.DuckDb;

/// <summary>While it lives, a cancelled token interrupts the connection's statement until that statement ends.</summary>
internal readonly struct Interrupter : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenRegistration _registration;
    private readonly Timer? _timer;

    internal Interrupter(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!cancellationToken.CanBeCanceled) return;
        var timer = new Timer(_ => connection.Interrupt(), null, Timeout.Infinite, Timeout.Infinite);
        _timer = timer;
        // DuckDB resets its flag when a statement starts: one interrupt may come too early, a later one does not.
        _registration = cancellationToken.Register(() => timer.Change(TimeSpan.Zero, Period));
    }

    public void Dispose()
    {
        _registration.Dispose();
        if (_timer is null) return;
        using var stopped = new ManualResetEvent(false);
        if (_timer.Dispose(stopped)) stopped.WaitOne();
    }
}
