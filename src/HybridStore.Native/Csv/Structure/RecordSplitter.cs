namespace HybridStore.Native.Csv.Structure;

/// <summary>Finds the fields of one record, byte by byte: what every faster way must agree with.</summary>
/// <remarks>
/// A field whose first byte is a quote is quoted to the next quote that is not escaped, which a delimiter or line break must follow.
/// Every other field ends at the next delimiter or line feed, and quotes in it are literal.
/// </remarks>
internal readonly unsafe struct RecordSplitter(CsvDialect dialect)
{
    private readonly byte _delimiter = dialect.Delimiter;
    private readonly int _quote = dialect.Quote ?? -1;
    private readonly int _escape = dialect.Escape ?? dialect.Quote ?? -1;

    /// <summary>Splits the record that begins at an offset.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="start">Where the record begins, before <paramref name="end"/>.</param>
    /// <param name="end">Where the bytes end.</param>
    /// <param name="marks">Where the offsets of the first marks that end fields go.</param>
    /// <param name="marksMax">How many of them.</param>
    internal SplitRecord Split(byte* data, int start, int end, int* marks, int marksMax)
    {
        var at = start;
        var fieldCount = 0;
        while (true)
        {
            if (at < end && data[at] == _quote)
            {
                at = SkipQuoted(data, at + 1, end);
                if (at < 0) return new SplitRecord(SplitOutcome.OpenQuote, fieldCount, end);
                if (at == end) return new SplitRecord(SplitOutcome.Incomplete, fieldCount, end);
                var isLineEnd = data[at] == '\r';
                if (isLineEnd && at + 1 == end) return new SplitRecord(SplitOutcome.Incomplete, fieldCount, end);
                if (isLineEnd && data[at + 1] == '\n') at++;
                if (data[at] != _delimiter && data[at] != '\n') return new SplitRecord(SplitOutcome.TextAfterQuote, fieldCount, at);
            }
            else
            {
                while (at < end && data[at] != _delimiter && data[at] != '\n') at++;
                if (at == end) return new SplitRecord(SplitOutcome.Incomplete, fieldCount, end);
            }

            if (fieldCount < marksMax) marks[fieldCount] = at;
            fieldCount++;
            if (data[at++] == '\n') return new SplitRecord(SplitOutcome.Complete, fieldCount, at);
        }
    }

    /// <summary>The offset behind the closing quote; -1 when there is none, <paramref name="end"/> too when it is the last byte.</summary>
    private int SkipQuoted(byte* data, int at, int end)
    {
        for (; at < end; at++)
        {
            if (data[at] == _escape && at + 1 < end && (data[at + 1] == _quote || data[at + 1] == _escape)) at++;
            else if (data[at] == _quote) return at + 1;
        }

        return -1;
    }
}
