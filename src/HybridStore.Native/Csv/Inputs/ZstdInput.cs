using System.Buffers;
using ZstdSharp;

namespace HybridStore.Native.Csv.Inputs;

/// <summary>The plain bytes of a zstd file of one or more frames.</summary>
public sealed class ZstdInput : ICsvInput
{
    private readonly ICsvInput _compressed;
    private readonly Decompressor _decoder = new();
    private readonly byte[] _buffer = new byte[1 << 17];
    private int _start;
    private int _end;
    private long _sourceByteCount;
    private bool _mayHoldMore;
    private bool _isAtFrameEnd = true;

    /// <summary>Decompresses an input.</summary>
    /// <param name="compressed">Disposed with this.</param>
    public ZstdInput(ICsvInput compressed) => _compressed = compressed;

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        while (true)
        {
            if (_start == _end && !_mayHoldMore && !Fill()) return 0;
            var (used, written) = Decode(destination);
            _start += used;
            // A destination filled to its end is the only case in which the decoder keeps plain bytes back.
            _mayHoldMore = written == destination.Length;
            if (written > 0) return written;
            if (used == 0 && _start < _end) throw new InvalidDataException("The zstd data is damaged: the decoder made no progress.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoder.Dispose();
        _compressed.Dispose();
    }

    private (int SourceBytes, int DestinationBytes) Decode(Span<byte> destination)
    {
        var status = _decoder.UnwrapStream(_buffer.AsSpan(_start, _end - _start), destination, out var used, out var written);
        if (status == OperationStatus.InvalidData) throw new InvalidDataException("The zstd data is damaged, or is no zstd.");
        if (used > 0 || written > 0) _isAtFrameEnd = status == OperationStatus.Done;
        return (used, written);
    }

    private bool Fill()
    {
        _start = 0;
        _end = _compressed.Read(_buffer);
        _sourceByteCount += _end;
        if (_end > 0) return true;
        if (_sourceByteCount > 0 && _isAtFrameEnd) return false;
        throw new InvalidDataException("The zstd data is cut off: it ends inside a frame.");
    }
}
