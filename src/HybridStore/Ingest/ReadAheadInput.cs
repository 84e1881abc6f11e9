using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>Reads an input on a thread of its own, some blocks ahead: unpacking then runs beside parsing.</summary>
/// <remarks>One reader. An error of the input is thrown where its bytes would have come.</remarks>
internal sealed class ReadAheadInput : ICsvInput
{
    private const int BlockBytes = 1 << 20;
    private const int BlocksAhead = 4;

    private readonly ICsvInput _input;
    private readonly BlockingCollection<(byte[] Bytes, int Length)> _ready = new(BlocksAhead);
    private readonly ConcurrentBag<byte[]> _free = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;
    private byte[] _block = [];
    private int _start;
    private int _end;

    /// <summary>Starts reading.</summary>
    /// <param name="input">Disposed with this, once its thread has ended.</param>
    internal ReadAheadInput(ICsvInput input)
    {
        _input = input;
        _thread = new Thread(ReadAll) { IsBackground = true, Name = "read ahead" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        if (_start == _end)
        {
            if (_block.Length > 0) _free.Add(_block);
            if (!_ready.TryTake(out var next, Timeout.Infinite))
            {
                _block = [];
                _failure?.Throw();
                return 0;
            }

            (_block, _start, _end) = (next.Bytes, 0, next.Length);
        }

        var count = Math.Min(destination.Length, _end - _start);
        _block.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _input.Dispose();
        _ready.Dispose();
        _stop.Dispose();
    }

    private void ReadAll()
    {
        try
        {
            while (true)
            {
                var block = _free.TryTake(out var free) ? free : new byte[BlockBytes];
                var length = 0;
                for (int read; length < block.Length && (read = _input.Read(block.AsSpan(length))) > 0;) length += read;
                if (length == 0) break;
                _ready.Add((block, length), _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The reader is gone.
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        _ready.CompleteAdding();
    }
}
