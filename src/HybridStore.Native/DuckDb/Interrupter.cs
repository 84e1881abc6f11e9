namespace HybridStore.Native.DuckDb;

/// <summary>While it lives, a cancelled token interrupts the connection's statement until that statement ends.</summary>
/// <remarks>One is made for every chunk that is read, so nothing is set up before the token is cancelled.</remarks>
internal readonly struct Interrupter : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenRegistration _registration;
    private readonly Repetition? _repetition;

    internal Interrupter(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!cancellationToken.CanBeCanceled) return;
        _repetition = Repetition.Of(connection);
        _registration = cancellationToken.Register(static repetition => ((Repetition)repetition!).Begin(), _repetition);
    }

    public void Dispose()
    {
        _registration.Dispose(); // Waits while the callback runs: from here on it has begun or never will.
        _repetition?.Dispose();
    }

    /// <summary>DuckDB resets its flag when a statement starts: one interrupt may come too early, a later one does not.</summary>
    private sealed class Repetition(DuckDbConnection connection) : IDisposable
    {
        private Timer? _timer;

        internal static Repetition Of(DuckDbConnection connection) => new(connection);

        internal void Begin() => _timer = new Timer(_ => connection.Interrupt(), null, TimeSpan.Zero, Period);

        public void Dispose()
        {
            if (_timer is null) return;
            using var stopped = new ManualResetEvent(false);
            if (_timer.Dispose(stopped)) stopped.WaitOne();
        }
    }
}
