using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>What a source's first bytes tell.</summary>
/// <param name="File">The source.</param>
/// <param name="Sniffed">What its first bytes are.</param>
/// <param name="HeadBytes">How many plain bytes were looked at.</param>
/// <param name="IsWhole">Whether these are all.</param>
/// <param name="RowsEstimate">How many rows it has, by its size and the sample's; of a packed file a rough number, see <see cref="SourceSpread"/>.</param>
internal sealed record SourceProfile(SourceFile File, SniffedSource Sniffed, int HeadBytes, bool IsWhole, double RowsEstimate)
{
    /// <summary>Enough rows to tell spellings; what they do not show is found while reading.</summary>
    private const int HeadBytesMin = 1 << 16;

    private const int HeadBytesMax = HeadBytesMin * HeadGrowth * HeadGrowth * HeadGrowth * HeadGrowth;
    private const int HeadGrowth = 8;
    private const int RowsMin = 2;

    /// <summary>Rows from all over it, once they were asked for.</summary>
    internal SourceSpread? Spread { get; private init; }

    /// <summary>Looks at a source.</summary>
    /// <param name="file">The source.</param>
    /// <param name="request">What the user says of it.</param>
    /// <exception cref="StoreException">SourceData: it cannot be read, is empty, has no rows, or is no CSV.</exception>
    internal static SourceProfile Of(SourceFile file, IngestRequest request)
    {
        var headBytes = HeadBytesMin;
        while (true)
        {
            var profile = Look(file, request, headBytes);
            // A header of 10,000 names, or a field of megabytes, hides the rows behind it.
            if (profile.Sniffed.Rows.Count >= RowsMin || profile.IsWhole || headBytes >= HeadBytesMax) return profile;
            headBytes *= HeadGrowth;
        }
    }

    private static SourceProfile Look(SourceFile file, IngestRequest request, int headBytes)
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
        var isWhole = length < head.Length;
        var sniffed = CsvSniffer.Sniff(head.AsSpan(0, length), isWhole, file.Path, request.Dialect);
        if (sniffed.IsEmpty) throw new StoreException(StoreErrorKind.SourceData, $"{file.Path}: holds no record, only blank lines or comments. Nothing was stored.");
        if (sniffed.IsHeaderOnly && isWhole) throw new StoreException(StoreErrorKind.SourceData, $"{file.Path}: has a header and no rows. Nothing was stored.");
        return new SourceProfile(file, sniffed, length, isWhole, sniffed.Rows.Count * (isWhole ? 1 : (double)file.SizeBytes / Math.Max(1, packedBytes)));
    }

    /// <summary>The same with rows from all over the source: what a new dataset's layout is chosen by, and the order of days and months.</summary>
    /// <exception cref="StoreException">SourceData: it cannot be read.</exception>
    internal SourceProfile LookFurther() => this with { Spread = SourceSpread.Of(this) };

    /// <summary>A source's first whole lines, as plain UTF-8.</summary>
    /// <exception cref="StoreException">SourceData: it cannot be read.</exception>
    internal static byte[] ReadHead(SourceFile file, CsvEncoding encoding)
    {
        var head = new byte[HeadBytesMin];
        var length = 0;
        using var input = SourceInput.Open(file, encoding, new CsvRange(0, long.MaxValue), _ => { });
        for (int read; length < head.Length && (read = input.Read(head.AsSpan(length))) > 0;) length += read;
        return head[..(length < head.Length ? length : head.AsSpan().LastIndexOf((byte)'\n') + 1)];
    }
}
