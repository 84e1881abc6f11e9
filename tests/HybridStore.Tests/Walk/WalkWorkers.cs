namespace HybridStore.Tests.Walk;

/// <summary>Processes that run commands; one that was killed is replaced.</summary>
internal sealed class WalkWorkers : IDisposable
{
    internal const int Count = 3;
    private readonly WalkWorker?[] _workers = new WalkWorker?[Count];

    /// <summary>One that can run a command.</summary>
    /// <param name="index">Which: commands that run at a time need one each.</param>
    internal WalkWorker this[int index]
    {
        get
        {
            if (_workers[index] is { IsAlive: true } alive) return alive;
            _workers[index]?.Dispose();
            return _workers[index] = new WalkWorker();
        }
    }

    public void Dispose()
    {
        foreach (var worker in _workers) worker?.Dispose();
    }
}
