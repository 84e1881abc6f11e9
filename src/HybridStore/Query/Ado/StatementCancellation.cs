namespace HybridStore.Query.Ado;

/// <summary>What may stop a statement: the caller's token, the command's Cancel, or its time limit.</summary>
internal sealed class StatementCancellation : IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _linked;
    private readonly int _timeoutSeconds;
    private readonly Lock _gate = new();
    private bool _isDisposed;

    /// <param name="timeoutSeconds">0 for no limit.</param>
    /// <param name="cancellationToken">The caller's.</param>
    internal StatementCancellation(int timeoutSeconds, CancellationToken cancellationToken)
    {
        _timeoutSeconds = timeoutSeconds;
        _timeout = timeoutSeconds == 0
            ? new CancellationTokenSource()
            : new CancellationTokenSource(TimeSpan.FromSeconds(timeoutSeconds), TimeProvider.System);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _timeout.Token);
        Token = _linked.Token;
    }

    internal CancellationToken Token { get; }

    internal bool IsTimeout => _timeout.IsCancellationRequested;

    internal void Cancel()
    {
        lock (_gate)
        {
            if (!_isDisposed) _linked.Cancel();
        }
    }

    internal TimeoutException TimedOut(Exception inner) =>
        new($"The statement took longer than the {_timeoutSeconds} s of its CommandTimeout. Raise it, or ask for less.", inner);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        _linked.Dispose();
        _timeout.Dispose();
    }
}
