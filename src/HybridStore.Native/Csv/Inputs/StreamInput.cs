namespace HybridStore.Native.Csv.Inputs;

/// <summary>A stream, such as the standard input or a member of an archive.</summary>
/// <param name="stream">Disposed with this.</param>
public sealed class StreamInput(Stream stream) : ICsvInput
{
    /// <inheritdoc/>
    public int Read(Span<byte> destination) => stream.Read(destination);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
