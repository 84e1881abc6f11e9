using System.Threading.Channels;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>Writes the progress of a request for everybody to see, now and then, while others load.</summary>
internal sealed class HotRequestProgress : IProgress<HotProgress>
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private readonly Channel<HotProgress> _latest = Channel.CreateBounded<HotProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly TimeProvider _time;
    private readonly Task _writing;
    private readonly Lock _lock = new();
    private long _told;
    private int _partitions = -1;

    /// <summary>Begins to write.</summary>
    /// <param name="id">The request.</param>
    /// <param name="connection">Without a transaction; this one's until <see cref="EndAsync"/>.</param>
    /// <param name="time">The clock.</param>
    internal HotRequestProgress(long id, NpgsqlConnection connection, TimeProvider time)
    {
        _time = time;
        _writing = WriteAsync(id, new HotRequestQueue(connection));
    }

    /// <inheritdoc/>
    public void Report(HotProgress value)
    {
        lock (_lock)
        {
            if (value.Partitions == _partitions && _time.GetElapsedTime(_told) < Period) return;
            (_partitions, _told) = (value.Partitions, _time.GetTimestamp());
        }

        _latest.Writer.TryWrite(value);
    }

    /// <summary>Writes what was told last, and ends.</summary>
    /// <exception cref="NpgsqlException">The connection is lost.</exception>
    internal Task EndAsync()
    {
        _latest.Writer.TryComplete();
        return _writing;
    }

    private async Task WriteAsync(long id, HotRequestQueue queue)
    {
        await foreach (var progress in _latest.Reader.ReadAllAsync().ConfigureAwait(false)) await queue.PutProgressAsync(id, progress, CancellationToken.None).ConfigureAwait(false);
    }
}
