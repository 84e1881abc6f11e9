using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>The first bytes of an input.</summary>
/// <param name="input">Disposed with this.</param>
/// <param name="bytes">How many.</param>
internal sealed class LimitedInput(ICsvInput input, long bytes) : ICsvInput
{
    private long _left = bytes;

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        if (_left == 0) return 0;
        var read = input.Read(destination[..(int)Math.Min(_left, destination.Length)]);
        _left -= read;
        return read;
    }

    /// <inheritdoc/>
    public void Dispose() => input.Dispose();
}
