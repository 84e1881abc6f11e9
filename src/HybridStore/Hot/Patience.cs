namespace HybridStore.Hot;

/// <summary>The pauses between looks at something that is not ready yet: each twice as long as the one before, and all of them within a limit.</summary>
/// <param name="time">Measures them.</param>
/// <param name="pauseMin">The first pause.</param>
/// <param name="pauseMax">No pause is longer.</param>
/// <param name="limit">How long to go on, from now.</param>
internal sealed class Patience(TimeProvider time, TimeSpan pauseMin, TimeSpan pauseMax, TimeSpan limit)
{
    private readonly long _begin = time.GetTimestamp();
    private TimeSpan? _next;

    /// <summary>The next pause.</summary>
    internal TimeSpan Next => _next ?? pauseMin;

    /// <summary>Pauses, unless the limit is over.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>False when the limit is over: then there was no pause.</returns>
    internal async Task<bool> TryWaitAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_begin) > limit) return false;
        await Task.Delay(Next, time, cancellationToken).ConfigureAwait(false);
        _next = Next * 2 < pauseMax ? Next * 2 : pauseMax;
        return true;
    }

    /// <summary>Begins with the first pause again.</summary>
    internal void Reset() => _next = null;
}
