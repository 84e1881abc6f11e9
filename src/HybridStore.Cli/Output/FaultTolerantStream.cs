namespace HybridStore.Cli.Output;

/// <summary>A stream to which nothing more is written once it has failed.</summary>
/// <param name="inner">The stream; null for one that is closed.</param>
internal sealed class FaultTolerantStream(Stream? inner) : Stream
{
    internal const string Closed = "it is closed";

    /// <summary>Why it failed, since the first write that did.</summary>
    internal string? Failure { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Failure is not null || buffer.IsEmpty) return;
        try
        {
            if (inner is null) Failure = Closed;
            else inner.Write(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure = exception.Message;
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
