using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>Counts the bytes that are read from a source as they lie on the disk.</summary>
internal sealed class CountingInput(ICsvInput input, Action<long> onRead) : ICsvInput
{
    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        var read = input.Read(destination);
        onRead(read);
        return read;
    }

    /// <inheritdoc/>
    public void Dispose() => input.Dispose();
}
