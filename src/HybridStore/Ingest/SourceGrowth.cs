using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;

namespace HybridStore.Ingest;

/// <summary>Finds where a source goes on whose beginning the lake has.</summary>
internal static class SourceGrowth
{
    /// <summary>Finds the first record that is not stored.</summary>
    /// <param name="file">The source.</param>
    /// <param name="knownBytes">How many of its bytes, as they lie on the disk, are stored.</param>
    /// <param name="encoding">How its characters are spelled.</param>
    /// <returns>
    /// The record's offset in the plain text, and its line where that had to be counted; null when the last stored line goes on.
    /// </returns>
    /// <exception cref="StoreException">SourceData: the source cannot be read, or is damaged.</exception>
    internal static (long Offset, long? Line)? Rest(SourceFile file, long knownBytes, CsvEncoding encoding)
    {
        Span<byte> around = stackalloc byte[3];
        if (file.IsPlain && encoding == CsvEncoding.Utf8)
        {
            using var input = new FileInput(file.StoredPath, knownBytes - 1, file.StoredBytes);
            return Next(around[..Fill(input, around)], knownBytes) is { } offset ? (offset, null) : null;
        }

        try
        {
            var (bytes, lines) = Count(file, knownBytes, encoding);
            using var input = SourceInput.Open(file, encoding, new CsvRange(0, long.MaxValue), static _ => { });
            var before = new LimitedInput(input, bytes - 1);
            var buffer = new byte[1 << 20];
            while (before.Read(buffer) > 0)
            {
            }

            return Next(around[..Fill(input, around)], bytes) is { } offset ? (offset, lines + (offset > bytes ? 1 : 0) + 1) : null;
        }
        catch (InvalidDataException exception)
        {
            throw SourceInput.Damaged(file, exception);
        }
    }

    private static (long Bytes, long Lines) Count(SourceFile file, long knownBytes, CsvEncoding encoding)
    {
        var buffer = new byte[1 << 20];
        var (bytes, lines) = (0L, 0L);
        using var input = SourceInput.Open(file, encoding, new CsvRange(0, long.MaxValue), static _ => { }, knownBytes);
        for (int read; (read = input.Read(buffer)) > 0; bytes += read) lines += buffer.AsSpan(0, read).Count((byte)'\n');
        return (bytes, lines);
    }

    /// <param name="around">The last byte that is stored, and the next two.</param>
    /// <param name="offset">Of those two.</param>
    private static long? Next(ReadOnlySpan<byte> around, long offset) => around switch
    {
        [(byte)'\n', ..] => offset,
        [_, (byte)'\n', ..] => offset + 1,
        [_, (byte)'\r', (byte)'\n'] => offset + 2,
        _ => null,
    };

    private static int Fill(ICsvInput input, Span<byte> buffer)
    {
        var length = 0;
        for (int read; length < buffer.Length && (read = input.Read(buffer[length..])) > 0;) length += read;
        return length;
    }
}
