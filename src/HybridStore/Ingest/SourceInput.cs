using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;

namespace HybridStore.Ingest;

/// <summary>Opens a source for reading its plain text.</summary>
internal static class SourceInput
{
    /// <summary>Opens.</summary>
    /// <param name="file">The source.</param>
    /// <param name="onRead">Told how many bytes were read, as they lie on the disk.</param>
    /// <exception cref="StoreException">SourceData: the file cannot be opened.</exception>
    internal static ICsvInput Open(SourceFile file, Action<long> onRead)
    {
        try
        {
            var input = new CountingInput(new FileInput(file.Path), onRead);
            return file.Compression switch
            {
                SourceCompression.Gzip => new GzipInput(input),
                SourceCompression.Zstd => new ZstdInput(input),
                _ => input,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreErrorKind.SourceData, $"{file.Path}: cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Says that a source cannot be unpacked.</summary>
    internal static StoreException Damaged(SourceFile file, InvalidDataException cause) => new(
        StoreErrorKind.SourceData, $"{file.Path}: is damaged: {cause.Message} Get the file again from where it came.", cause);
}
