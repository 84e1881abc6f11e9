using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>Rows from all over a source: its first rows alone mislead, since markets are thin before they open and files begin with a few symbols.</summary>
/// <param name="Runs">Rows that follow each other in the source, one list a place; a row that the place cuts is left out.</param>
/// <param name="RowsEstimate">How many rows the source has.</param>
/// <param name="ShareSeen">How much of the source lies before the end of the last run, 0 to 1.</param>
internal sealed record SourceSpread(IReadOnlyList<IReadOnlyList<IReadOnlyList<string?>>> Runs, double RowsEstimate, double ShareSeen)
{
    private const int RunBytes = 8 << 10;
    private const int RunCount = 8;

    /// <summary>Unpacking so much takes some ten milliseconds.</summary>
    private const int UnpackedBytesMax = 2 << 20;

    /// <summary>Looks.</summary>
    /// <param name="profile">What the source's first bytes told.</param>
    /// <exception cref="StoreException">SourceData: the source cannot be read.</exception>
    internal static SourceSpread Of(SourceProfile profile)
    {
        // Where a record may be of several lines, a line break does not tell where one begins. A workbook's sheet is slow to read.
        var hasLineBreaks = profile.Sniffed.Rows.Any(row => row.Any(text => text?.Contains('\n') == true));
        if (profile.IsWhole || hasLineBreaks || profile.File.Sheet is not null) return new SourceSpread([], profile.RowsEstimate, profile.IsWhole ? 1 : Math.Min(1, profile.Sniffed.Rows.Count / Math.Max(1, profile.RowsEstimate)));
        return profile.File.IsPlain && profile.Sniffed.Encoding == CsvEncoding.Utf8 ? InPlain(profile) : InPacked(profile);
    }

    private static SourceSpread InPlain(SourceProfile profile)
    {
        var runs = new List<IReadOnlyList<IReadOnlyList<string?>>>();
        // The last place ends with the source; none of them overlap, since times that seem to go back tell of another order.
        var rest = Math.Max(0, profile.File.SizeBytes - profile.HeadBytes - RunBytes);
        var gaps = Math.Min(rest / RunBytes, RunCount - 1);
        for (var place = 0; place <= gaps; place++)
        {
            var start = profile.HeadBytes + (gaps == 0 ? rest : rest * place / gaps);
            using var input = SourceInput.Open(profile.File, CsvEncoding.Utf8, new CsvRange(start, start + RunBytes), _ => { });
            Add(runs, ReadBlock(input, RunBytes), profile.Sniffed, isEnd: place == gaps);
        }

        return new SourceSpread(runs, profile.RowsEstimate, 1);
    }

    /// <summary>What is packed can only be read from its beginning, and only as far as that is quick.</summary>
    private static SourceSpread InPacked(SourceProfile profile)
    {
        var runs = new List<IReadOnlyList<IReadOnlyList<string?>>>();
        long packed = 0, plain = 0, packedBefore = 0, plainBefore = 0;
        try
        {
            // Inputs read ahead: only when one asks for more is what it had read before used up.
            using var input = SourceInput.Open(profile.File, profile.Sniffed.Encoding, new CsvRange(0, long.MaxValue), read =>
            {
                if (packed > 0 && read > 0) (packedBefore, plainBefore) = (packed, plain);
                packed += read;
            });
            var isEnded = false;
            for (var place = 0; plain < UnpackedBytesMax && !isEnded; place++)
            {
                var block = ReadBlock(input, UnpackedBytesMax / RunCount);
                plain += block.Length;
                isEnded = block.Length < UnpackedBytesMax / RunCount;
                // The head is known already.
                if (place > 0 || isEnded) Add(runs, block.AsSpan(Math.Max(0, block.Length - RunBytes)), profile.Sniffed, isEnded);
            }

            var size = isEnded ? plain : Math.Max(plain, (plainBefore > 0 ? (double)plainBefore / packedBefore : (double)plain / Math.Max(1, packed)) * profile.File.SizeBytes);
            return new SourceSpread(runs, profile.Sniffed.Rows.Count * (size / Math.Max(1, profile.HeadBytes)), plain / Math.Max(1.0, size));
        }
        catch (InvalidDataException exception)
        {
            throw SourceInput.Damaged(profile.File, exception);
        }
    }

    private static byte[] ReadBlock(ICsvInput input, int bytes)
    {
        var block = new byte[bytes];
        var length = 0;
        for (int read; length < block.Length && (read = input.Read(block.AsSpan(length))) > 0;) length += read;
        return block[..length];
    }

    private static void Add(List<IReadOnlyList<IReadOnlyList<string?>>> runs, ReadOnlySpan<byte> text, SniffedSource sniffed, bool isEnd)
    {
        var start = text.IndexOf((byte)'\n') + 1;
        if (start == 0) return;
        var records = CsvSample.Split(text[start..], sniffed.Dialect with { SkipRows = 0 }, isEnd, int.MaxValue);
        List<IReadOnlyList<string?>> rows = [.. records.Where(record => record.Fields.Count == sniffed.FieldCount).Select(record => record.Fields)];
        if (rows.Count > 0) runs.Add(rows);
    }
}
