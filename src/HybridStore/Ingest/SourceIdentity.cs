using System.IO.Hashing;
using System.Text;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>Knows a source again by its content: size and XXH64 of its bytes as they lie on the disk.</summary>
/// <remarks>A renamed or copied file is the same source; a file with one more row is another.</remarks>
internal static class SourceIdentity
{
    private const int BufferBytes = 1 << 20;

    /// <summary>What its content is known by; <see cref="SourceProgress"/> says what the lake has of it.</summary>
    /// <param name="file">The source. A zip archive's member is known by its plain bytes, a workbook's sheet by the workbook's and its name.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">SourceData: the source cannot be read.</exception>
    internal static string Of(SourceFile file, CancellationToken cancellationToken)
    {
        try
        {
            // A sheet is hashed as the workbook that it lies in.
            using var input = SourceInput.Open(file with { Compression = SourceCompression.None, Sheet = null }, CsvEncoding.Utf8, new CsvRange(0, long.MaxValue), static _ => { });
            var hash = new XxHash64();
            var buffer = new byte[BufferBytes];
            long byteCount = 0;
            for (int read; (read = input.Read(buffer)) > 0; byteCount += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.Append(buffer.AsSpan(0, read));
            }

            if (file.Member is null) SourceInput.RequireEnd(file);
            // The same bytes under another symbol or day, or in another sheet, are other rows.
            if (file.Told is { Length: > 0 } told) hash.Append(Encoding.UTF8.GetBytes(told));
            return $"{hash.GetCurrentHashAsUInt64():x16}.{byteCount}";
        }
        catch (InvalidDataException exception)
        {
            throw SourceInput.Damaged(file, exception);
        }
        catch (IOException exception)
        {
            throw new StoreException(StoreErrorKind.SourceData, $"{file.Path}: cannot be read: {exception.Message}", exception);
        }
    }
}
