using HybridStore.Native.Csv;

namespace HybridStore.Ingest.Typing;

/// <summary>Finds out from a source's first bytes how it is spelled, and what its columns are called.</summary>
public static class CsvSniffer
{
    /// <summary>How many bytes are worth looking at.</summary>
    public const int HeadBytes = 1 << 18;

    private const int RecordsMax = 5_000;
    private const int DelimiterRecordsMax = 500;
    private const int DelimiterBytesMax = 1 << 16;
    private const int SkipRowsMax = 100;
    private const double TornPenalty = 0.2;

    private static readonly byte[] Delimiters = [(byte)',', (byte)'\t', (byte)';', (byte)'|'];

    /// <summary>Looks at a source.</summary>
    /// <param name="head">Its first bytes, decompressed.</param>
    /// <param name="isWhole">Whether these are all.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="overrides">What the user said.</param>
    /// <exception cref="StoreException">SourceData: the source is no CSV.</exception>
    public static SniffedSource Sniff(ReadOnlySpan<byte> head, bool isWhole, string source, DialectOverrides? overrides = null)
    {
        overrides ??= new DialectOverrides();
        var notes = new List<string>();
        var encoding = overrides.Encoding ?? TextDetector.Detect(head, isWhole, source);
        if (encoding == CsvEncoding.Windows1252 && overrides.Encoding is null) notes.Add("It holds bytes that are no UTF-8 and is read as Windows-1252, which has all characters of Latin-1. Say --encoding if it is another.");
        var text = TextDetector.ToUtf8(head, encoding);
        var start = text.Length > DelimiterBytesMax ? text[..DelimiterBytesMax] : text;
        var dialect = FindDelimiter(start, isWhole && start.Length == text.Length, overrides);
        dialect = QuoteGuess.Find(start, isWhole && start.Length == text.Length, dialect, overrides, notes);
        var records = CsvSample.Split(text, dialect, isWhole, RecordsMax);
        if (records.Count == 0) return new SniffedSource(dialect, encoding, [], 0, [], notes);
        var fieldCount = UsualFieldCount(records);
        (dialect, records) = FindComments(text, isWhole, dialect, overrides, records, ref fieldCount);
        (dialect, records) = FindPreamble(dialect, overrides, records, fieldCount, notes);
        if (records.Count == 0) return new SniffedSource(dialect, encoding, [], 0, [], notes);
        dialect = NumberMarks.Find(dialect, overrides, records, notes);
        return Name(dialect, encoding, records, fieldCount, overrides, notes);
    }

    private static SniffedSource Name(
        CsvDialect dialect, CsvEncoding encoding, IReadOnlyList<CsvSampleRecord> records, int fieldCount, DialectOverrides overrides, List<string> notes)
    {
        var first = records[0].Fields;
        List<IReadOnlyList<string?>> rows = [.. records.Skip(1).Where(record => record.Fields.Count == fieldCount).Select(record => record.Fields)];
        var hasHeader = overrides.HasHeader ?? HeaderGuess.IsHeader(first, rows, dialect);
        if (!hasHeader && first.Count == fieldCount) rows.Insert(0, first);
        // Names are a better witness of the shape than lines torn out of a field that the sample does not hold whole.
        if (hasHeader && first.Count > fieldCount) (fieldCount, rows) = (first.Count, [.. records.Skip(1).Where(record => record.Fields.Count == first.Count).Select(record => record.Fields)]);
        var nameCount = hasHeader ? first.Count : fieldCount;
        // A header without its last delimiter, or an unnamed column without values: every record ends in a delimiter.
        var endsInDelimiter = fieldCount > 1 && rows.Count > 0 && rows.All(row => row[^1] is null)
            && (nameCount == fieldCount - 1 || (hasHeader && nameCount == fieldCount && first[^1] is null));
        if (endsInDelimiter)
        {
            nameCount = fieldCount - 1;
            notes.Add("Every row ends in a delimiter: there is no column behind it.");
        }

        var names = ColumnNames.MakeUnique(hasHeader ? [.. first.Take(nameCount)] : new string?[nameCount], notes, hasHeader);
        if (!hasHeader) notes.Add($"It has no header: the columns are called {names[0]} to {names[^1]}.");
        return new SniffedSource(dialect with { HasHeader = hasHeader }, encoding, names, endsInDelimiter ? fieldCount : nameCount, rows, notes);
    }

    /// <summary>The delimiter that splits most records into the same number of fields, and into the most fields.</summary>
    private static CsvDialect FindDelimiter(byte[] text, bool isWhole, DialectOverrides overrides)
    {
        var dialect = overrides.ToDialect();
        if (overrides.Delimiter is not null) return dialect;
        var best = dialect;
        var bestScore = 0.0;
        foreach (var delimiter in Delimiters)
        {
            var candidate = dialect with { Delimiter = delimiter };
            var records = CsvSample.Split(text, candidate, isWhole, DelimiterRecordsMax);
            if (records.Count == 0) continue;
            var usual = UsualFieldCount(records);
            var share = records.Count(record => record.Fields.Count == usual) / (double)records.Count;
            // Commas of 1,5 split A;1,5;2,5 into as many fields as semicolons do: what is left between them is no delimiter's work.
            var isTorn = records.Count(record => record.Fields.Any(field => field is not null && !field.Contains(' ', StringComparison.Ordinal) && field.AsSpan().IndexOfAny(";\t|") >= 0)) * 2 > records.Count;
            var score = usual < 2 ? 0 : share + Math.Min(usual, 99) / 1000.0 - (isTorn && delimiter == ',' ? TornPenalty : 0);
            if (score <= bestScore) continue;
            best = candidate;
            bestScore = score;
        }

        return best;
    }

    private static int UsualFieldCount(IReadOnlyList<CsvSampleRecord> records) => records
        .Where(record => record.IsWellFormed)
        .GroupBy(record => record.Fields.Count)
        .OrderByDescending(group => group.Count())
        .ThenByDescending(group => group.Key)
        .Select(group => group.Key)
        .FirstOrDefault(1);

    /// <summary>Lines that begin with # are comments, except a header that does, which is the last of them and has a field for every column.</summary>
    private static (CsvDialect Dialect, IReadOnlyList<CsvSampleRecord> Records) FindComments(
        byte[] text, bool isWhole, CsvDialect dialect, DialectOverrides overrides, IReadOnlyList<CsvSampleRecord> records, ref int fieldCount)
    {
        if (overrides.Comment is not null || !IsMarked(records[0])) return (dialect, records);
        var marked = records.TakeWhile(IsMarked).ToList();
        var usual = fieldCount;
        if (marked.Count == 1 && records.Count > 1 && marked[0].Fields.Count == usual && usual > 1) return (dialect, records);
        dialect = dialect with { Comment = (byte)'#' };
        records = CsvSample.Split(text, dialect, isWhole, RecordsMax);
        if (records.Count > 0) fieldCount = UsualFieldCount(records);
        return (dialect, records);
    }

    private static bool IsMarked(CsvSampleRecord record) => record.Fields.Count > 0 && record.Fields[0] is { } text && text.StartsWith('#');

    /// <summary>Lines of another shape before the first record of the usual one are a preamble.</summary>
    private static (CsvDialect Dialect, IReadOnlyList<CsvSampleRecord> Records) FindPreamble(
        CsvDialect dialect, DialectOverrides overrides, IReadOnlyList<CsvSampleRecord> records, int fieldCount, List<string> notes)
    {
        if (overrides.SkipRows is not null || fieldCount < 2) return (dialect, records);
        var odd = records.TakeWhile(record => record.Fields.Count != fieldCount).Count();
        // One line alone may be a header without the delimiter that ends every row, or with a name too few: that is not for us to skip.
        if (odd == 0 || odd == records.Count || odd > SkipRowsMax || (odd == 1 && records[0].Fields.Count > 1)) return (dialect, records);
        var skipped = records[odd].Line - 1;
        notes.Add($"Its first {(skipped == 1 ? "line is" : $"{skipped} lines are")} no record and skipped.");
        return (dialect with { SkipRows = skipped }, [.. records.Skip(odd)]);
    }
}
