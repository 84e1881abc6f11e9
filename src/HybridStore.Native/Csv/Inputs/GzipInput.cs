using System.IO.Compression;

namespace HybridStore.Native.Csv.Inputs;

/// <summary>The plain bytes of a gzip file of one or more members.</summary>
/// <remarks>
/// .NET's GZipStream ends in silence where a file is cut off, and where bytes that are no member follow one. So a member of our own is
/// put behind the file: only when its text comes out at the end was every member before it whole. That text is held back from the reader.
/// </remarks>
public sealed class GzipInput : ICsvInput
{
    private static readonly byte[] EndMark = "hybrid: gzip end."u8.ToArray();
    private static readonly byte[] EndMember = Compress(EndMark);

    private readonly MarkedStream _compressed;
    private readonly GZipStream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Decompresses an input.</summary>
    /// <param name="compressed">Disposed with this.</param>
    public GzipInput(ICsvInput compressed)
    {
        _compressed = new MarkedStream(compressed);
        _stream = new GZipStream(_compressed, CompressionMode.Decompress);
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        while (_end - _start <= EndMark.Length && !_ended) Fill();
        var ready = _end - _start - EndMark.Length;
        if (_ended && ready == 0) CheckEnd();
        var count = Math.Min(ready, destination.Length);
        if (count <= 0) return 0;
        _buffer.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _compressed.Dispose();
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int read;
        try
        {
            read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException("The gzip data is damaged or cut off: " + exception.Message, exception);
        }

        _end += read;
        if (read > 0) return;
        _ended = true;
        if (_end - _start < EndMark.Length) CheckEnd();
    }

    private void CheckEnd()
    {
        if (_compressed.SourceByteCount > 0 && _buffer.AsSpan(_start, _end - _start).SequenceEqual(EndMark)) return;
        throw new InvalidDataException("The gzip data is cut off, or other bytes follow it.");
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var stream = new GZipStream(output, CompressionLevel.NoCompression)) stream.Write(bytes);
        return output.ToArray();
    }

    /// <summary>The compressed bytes, and then <see cref="EndMember"/>.</summary>
    private sealed class MarkedStream(ICsvInput source) : Stream
    {
        private bool _sourceEnded;
        private int _markPosition;

        internal long SourceByteCount { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (!_sourceEnded && source.Read(buffer) is > 0 and var read)
            {
                SourceByteCount += read;
                return read;
            }

            _sourceEnded = true;
            var count = Math.Min(buffer.Length, EndMember.Length - _markPosition);
            EndMember.AsSpan(_markPosition, count).CopyTo(buffer);
            _markPosition += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) source.Dispose();
            base.Dispose(disposing);
        }
    }
}
