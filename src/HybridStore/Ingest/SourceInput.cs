using HybridStore.Ingest.Archives;
using HybridStore.Ingest.Workbooks;
using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>Opens a source for reading its plain text.</summary>
internal static class SourceInput
{
    /// <summary>Opens.</summary>
    /// <param name="file">The source.</param>
    /// <param name="encoding">How its characters are spelled; what is not UTF-8 is transcoded.</param>
    /// <param name="range">Which bytes of a plain file.</param>
    /// <param name="onRead">Told how many bytes were read, as they lie on the disk.</param>
    /// <param name="firstBytes">Where the source ends for the caller, in bytes as <see cref="SourceIdentity"/> counts them; null for its
    /// own end.</param>
    /// <exception cref="StoreException">SourceData: the file cannot be opened.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal static ICsvInput Open(SourceFile file, CsvEncoding encoding, CsvRange range, Action<long> onRead, long? firstBytes = null)
    {
        try
        {
            if (file.Sheet is { } sheet) return new SheetInput(file.StoredPath, sheet, file.SizeBytes, onRead);
            ICsvInput stored = file.Member is { } member
                ? new ZipMemberInput(file.StoredPath, member, onRead)
                : new CountingInput(OpenStored(file, range with { End = Math.Min(range.End, file.StoredBytes) }), onRead);
            if (firstBytes is { } limit) stored = new LimitedInput(stored, limit);
            var plain = file.Compression switch
            {
                SourceCompression.Gzip => new GzipInput(stored),
                SourceCompression.Zstd => new ZstdInput(stored),
                _ => stored,
            };
            return encoding == CsvEncoding.Utf8 ? plain : new TranscodedInput(plain, encoding);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException && !SystemFailure.IsShortage(exception.Message))
        {
            throw new StoreException(StoreErrorKind.SourceData, $"{file.Path}: cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses a file that has more bytes than were measured, such as one that the system makes up as it is read.</summary>
    /// <exception cref="StoreException">SourceData: it has.</exception>
    internal static void RequireEnd(SourceFile file)
    {
        using var rest = new FileInput(file.StoredPath, file.StoredBytes);
        Span<byte> next = stackalloc byte[1];
        if (rest.Read(next) > 0) throw MeasuredInput.Changed(file, $"it goes on behind the {file.StoredBytes} bytes that it had");
    }

    private static MeasuredInput OpenStored(SourceFile file, CsvRange range) =>
        new(new FileInput(file.StoredPath, range.Start, range.End), file, range.End - range.Start);

    /// <summary>Says that a source cannot be unpacked.</summary>
    internal static StoreException Damaged(SourceFile file, InvalidDataException cause) => new(
        StoreErrorKind.SourceData, $"{file.Path}: is damaged: {cause.Message} Get the file again from where it came.", cause);
}
