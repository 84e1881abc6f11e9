namespace HybridStore.Tests.Ingest;

/// <summary>A clock that a test moves; it never lags behind the files that the system stamps.</summary>
internal sealed class HandTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<HandTimer> _timers = [];
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return System.GetUtcNow() + _ahead;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_gate) _timers.Add(timer);
        return timer;
    }

    internal void Advance(TimeSpan span)
    {
        List<HandTimer> timers;
        lock (_gate)
        {
            _ahead += span;
            timers = [.. _timers];
        }

        timers.ForEach(timer => timer.RunIfDue());
    }

    private sealed class HandTimer(HandTime time, Action run) : ITimer
    {
        private long _due = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Exchange(ref _due, dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : (time.GetUtcNow() + dueTime).UtcTicks);
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;

        internal void RunIfDue()
        {
            if (Interlocked.Read(ref _due) > time.GetUtcNow().UtcTicks) return;
            Interlocked.Exchange(ref _due, long.MaxValue);
            run();
        }
    }
}
