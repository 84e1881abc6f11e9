using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>A range of a source's file, which has as many bytes as were measured, or is no source that can be trusted.</summary>
/// <param name="input">The bytes; disposed with this.</param>
/// <param name="file">The source.</param>
/// <param name="bytes">How many there must be.</param>
/// <exception cref="StoreException">SourceData, from <see cref="Read"/>: there are fewer.</exception>
internal sealed class MeasuredInput(ICsvInput input, SourceFile file, long bytes) : ICsvInput
{
    private long _left = bytes;

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        var read = input.Read(destination);
        _left -= read;
        if (read == 0 && _left > 0 && destination.Length > 0)
        {
            throw Changed(file, $"{_left} of {file.StoredBytes} bytes are missing at its end");
        }

        return read;
    }

    /// <inheritdoc/>
    public void Dispose() => input.Dispose();

    /// <summary>Says that a file is not the one that was measured.</summary>
    internal static StoreException Changed(SourceFile file, string how) =>
        new(StoreErrorKind.SourceData,
            $"{file.Path}: was changed while it was read: {how}. Nothing of it was stored. Ingest it again when it is complete.");
}
