using HybridStore.Native.Hashing;

namespace HybridStore.Ingest;

/// <summary>Knows a source again by its content: size and XXH64 of its bytes as they lie on the disk.</summary>
/// <remarks>A renamed or copied file is the same source; a file with one more row is another.</remarks>
internal static class SourceIdentity
{
    private const int BufferBytes = 1 << 20;

    /// <summary>What its content is known by; <see cref="SourceProgress"/> says what the lake has of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">SourceData: the file cannot be read.</exception>
    internal static string Of(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            using var hash = new XxHash64();
            var buffer = new byte[BufferBytes];
            long offset = 0;
            for (int read; (read = RandomAccess.Read(handle, buffer, offset)) > 0; offset += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.Append(buffer.AsSpan(0, read));
            }

            return $"{hash.Value:x16}.{offset}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreErrorKind.SourceData, $"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}
