using HybridStore.Native.Csv;

namespace HybridStore.Ingest.Typing;

/// <summary>Tells from a sample how fields are quoted, where it is not by <c>"</c> with doubled quotes inside.</summary>
internal static class QuoteGuess
{
    private const int RecordsMax = 500;

    /// <summary>The dialect with the quotes that the sample shows.</summary>
    /// <param name="text">The sample.</param>
    /// <param name="isWhole">Whether it is all of the source.</param>
    /// <param name="dialect">With the delimiter.</param>
    /// <param name="overrides">What the user said: that is left as it is.</param>
    /// <param name="notes">Where the choice is told.</param>
    internal static CsvDialect Find(byte[] text, bool isWhole, CsvDialect dialect, DialectOverrides overrides, List<string> notes)
    {
        if (overrides.Quote is null && !text.AsSpan().Contains((byte)'"') && AreSingleQuotes(text, isWhole, dialect))
        {
            notes.Add("Its fields are quoted by '.");
            dialect = dialect with { Quote = (byte)'\'' };
        }

        if (overrides.Escape is not null || dialect.Quote is not { } quote || text.AsSpan().IndexOf([(byte)'\\', quote]) < 0) return dialect;
        var escaped = dialect with { Escape = (byte)'\\' };
        if (WellFormed(text, isWhole, escaped) <= WellFormed(text, isWhole, dialect)) return dialect;
        notes.Add("Quotes inside of its fields are written with a backslash before them.");
        return escaped;
    }

    /// <summary>Apostrophes are quotes where they stand at both ends of fields in most records, and every field that begins with one ends with one.</summary>
    private static bool AreSingleQuotes(byte[] text, bool isWhole, CsvDialect dialect)
    {
        var records = CsvSample.Split(text, dialect with { Quote = (byte)'\'' }, isWhole, RecordsMax);
        var plain = CsvSample.Split(text, dialect with { Quote = null }, isWhole, RecordsMax);
        var quoted = plain.Count(record => record.Fields.Any(field => field is ['\'', .., '\'']));
        return quoted * 2 > plain.Count && records.Count > 0 && records.All(record => record.IsWellFormed);
    }

    /// <summary>How much of a sample is well formed: records of the usual number of fields, by the lines that they take.</summary>
    private static double WellFormed(byte[] text, bool isWhole, CsvDialect dialect)
    {
        var records = CsvSample.Split(text, dialect, isWhole, RecordsMax);
        var usual = records.Where(record => record.IsWellFormed).GroupBy(record => record.Fields.Count).OrderByDescending(group => group.Count()).FirstOrDefault();
        return usual is null ? 0 : usual.Count() / (double)records.Count;
    }
}
