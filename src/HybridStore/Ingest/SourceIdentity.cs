using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;

namespace HybridStore.Ingest;

/// <summary>Knows a source again by its content: size and XXH64 of its bytes as they lie on the disk.</summary>
/// <remarks>A renamed or copied file is the same source; a file that begins with a known content goes on behind it.</remarks>
internal static class SourceIdentity
{
    private const int BufferBytes = 1 << 20;

    /// <summary>What its content is known by; <see cref="SourceProgress"/> says what the lake has of it.</summary>
    /// <param name="file">The source. A zip archive's member is known by its plain bytes, a workbook's sheet by the workbook's and its name.</param>
    /// <param name="known">Contents that it may begin with.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">SourceData: the source cannot be read.</exception>
    internal static SourceContent Of(SourceFile file, KnownContents known, CancellationToken cancellationToken) => Read(file, () =>
    {
        var scan = new ContentScan(file, known);
        using (var input = OpenStored(file)) Scan(input, scan, cancellationToken);
        var name = scan.Name;
        if (file.MayGrow)
        {
            // What came behind the last line's end, and since it was measured: another run may have stored that.
            using var rest = new FileInput(file.StoredPath, file.StoredBytes);
            Scan(rest, scan, cancellationToken);
        }
        else if (file.Member is null)
        {
            SourceInput.RequireEnd(file);
        }

        return new SourceContent(name, scan.KnownBytes) { RestOffset = scan.RestOffset };
    });

    /// <summary>Whether a source's file, as it is now, begins with a content.</summary>
    /// <param name="file">The source.</param>
    /// <param name="content">The content's name.</param>
    /// <param name="bytes">Its size.</param>
    internal static bool Begins(SourceFile file, string content, long bytes)
    {
        if (FileStamp.Of(file.StoredPath) is not { } now || (file.Member is null && now.SizeBytes < bytes)) return false;
        return Read(file, () =>
        {
            var whole = file.Member is null ? file with { SizeBytes = now.SizeBytes, Stamp = now } : file;
            var scan = new ContentScan(file, KnownContents.In(null, ""));
            using (var input = new LimitedInput(OpenStored(whole), bytes)) Scan(input, scan, CancellationToken.None);
            return scan.ByteCount == bytes && scan.Name == content;
        });
    }

    /// <summary>
    /// The bytes as they lie on the disk; of a zip archive's member, its plain ones. A sheet is hashed as the workbook that it lies in.
    /// </summary>
    private static ICsvInput OpenStored(SourceFile file) =>
        SourceInput.Open(
            file with { Compression = SourceCompression.None, Sheet = null },
            CsvEncoding.Utf8,
            new CsvRange(0, long.MaxValue),
            static _ => { });

    private static void Scan(ICsvInput input, ContentScan scan, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        for (int read; (read = input.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scan.Add(buffer.AsSpan(0, read));
        }
    }

    private static T Read<T>(SourceFile file, Func<T> read)
    {
        try
        {
            return read();
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
