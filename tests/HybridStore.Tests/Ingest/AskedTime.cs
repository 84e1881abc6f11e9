namespace HybridStore.Tests.Ingest;

/// <summary>A clock that does something when it is first asked how much time has passed.</summary>
internal sealed class AskedTime(Action look) : TimeProvider
{
    private int _count;

    public override long GetTimestamp()
    {
        // The first two are the run's and the step's beginning, the third is the source's.
        if (Interlocked.Increment(ref _count) == 3) look();
        return base.GetTimestamp();
    }
}
