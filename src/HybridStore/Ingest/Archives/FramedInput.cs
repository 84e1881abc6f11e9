using HybridStore.Native.Csv;

namespace HybridStore.Ingest.Archives;

/// <summary>An input with bytes of our own before and behind it.</summary>
internal sealed class FramedInput(byte[] before, ICsvInput input, byte[] behind) : ICsvInput
{
    private int _beforePosition;
    private int _behindPosition;

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        if (_beforePosition < before.Length) return Take(before, ref _beforePosition, destination);
        return input.Read(destination) is > 0 and var read ? read : Take(behind, ref _behindPosition, destination);
    }

    /// <inheritdoc/>
    public void Dispose() => input.Dispose();

    private static int Take(byte[] bytes, ref int position, Span<byte> destination)
    {
        var count = Math.Min(destination.Length, bytes.Length - position);
        bytes.AsSpan(position, count).CopyTo(destination);
        position += count;
        return count;
    }
}
