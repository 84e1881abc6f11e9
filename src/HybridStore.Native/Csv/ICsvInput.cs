namespace HybridStore.Native.Csv;

/// <summary>Bytes that a <see cref="CsvReader"/> reads, one after the other.</summary>
public interface ICsvInput : IDisposable
{
    /// <summary>Reads the next bytes.</summary>
    /// <param name="destination">Not empty.</param>
    /// <returns>How many bytes were written; 0 at the end, and from then on.</returns>
    /// <exception cref="IOException">The source refused.</exception>
    /// <exception cref="InvalidDataException">A compressed source is damaged or ends too early.</exception>
    int Read(Span<byte> destination);
}
