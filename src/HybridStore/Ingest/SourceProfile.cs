using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>What a source's first bytes tell.</summary>
/// <param name="File">The source.</param>
/// <param name="Sniffed">What its first bytes are.</param>
/// <param name="RowsEstimate">How many rows it has, by its size and the sample's.</param>
internal sealed record SourceProfile(SourceFile File, SniffedSource Sniffed, double RowsEstimate)
{
    /// <summary>Enough rows to tell spellings; what they do not show is found while reading.</summary>
    private const int HeadBytes = 1 << 16;

    private const int HeadBytesMax = HeadBytes * HeadGrowth * HeadGrowth * HeadGrowth * HeadGrowth;
    private const int HeadGrowth = 8;
    private const int RowsMin = 2;

    /// <summary>Looks at a source.</summary>
    /// <param name="file">The source.</param>
    /// <param name="request">What the user says of it.</param>
    /// <exception cref="StoreException">SourceData: it cannot be read, is empty, has no rows, or is no CSV.</exception>
    internal static SourceProfile Of(SourceFile file, IngestRequest request)
    {
        var headBytes = HeadBytes;
        while (true)
        {
            var (profile, length) = Look(file, request, headBytes);
            // A header of 10,000 names, or a field of megabytes, hides the rows behind it.
            if (profile.Sniffed.Rows.Count >= RowsMin || length < headBytes || headBytes >= HeadBytesMax) return profile;
            headBytes *= HeadGrowth;
        }
    }

    private static (SourceProfile Profile, int Length) Look(SourceFile file, IngestRequest request, int headBytes)
    {
        var head = new byte[headBytes];
        var length = 0;
        long packedBytes = 0;
        try
        {
            using var input = SourceInput.Open(file, CsvEncoding.Utf8, new CsvRange(0, long.MaxValue), read => packedBytes += read);
            for (int read; length < head.Length && (read = input.Read(head.AsSpan(length))) > 0;) length += read;
        }
        catch (InvalidDataException exception)
        {
            throw SourceInput.Damaged(file, exception);
        }

        if (length == 0) throw new StoreException(StoreErrorKind.SourceData, $"{file.Path}: is empty. Nothing was stored.");
        var sniffed = CsvSniffer.Sniff(head.AsSpan(0, length), isWhole: length < head.Length, file.Path, request.Dialect);
        if (sniffed.IsEmpty) throw new StoreException(StoreErrorKind.SourceData, $"{file.Path}: holds no record, only blank lines or comments. Nothing was stored.");
        if (sniffed.IsHeaderOnly && length < head.Length) throw new StoreException(StoreErrorKind.SourceData, $"{file.Path}: has a header and no rows. Nothing was stored.");
        return (new SourceProfile(file, sniffed, length < head.Length ? sniffed.Rows.Count : sniffed.Rows.Count * ((double)file.SizeBytes / Math.Max(1, packedBytes))), length);
    }
}
