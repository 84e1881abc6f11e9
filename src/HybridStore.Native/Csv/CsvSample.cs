using System.Text;
using HybridStore.Native.Csv.Structure;
using HybridStore.Native.Csv.Values;

namespace HybridStore.Native.Csv;

/// <summary>Splits a few records into texts, before their columns are known.</summary>
public static unsafe class CsvSample
{
    private const int OpenQuoteBytesMax = 1 << 16;

    /// <summary>Splits the records of a text.</summary>
    /// <param name="bytes">Begins at the start of a line.</param>
    /// <param name="dialect">How it is spelled; <see cref="CsvDialect.HasHeader"/> is not looked at.</param>
    /// <param name="isWhole">Whether the input ends here; if not, the last record is left out unless a line break ends it.</param>
    /// <param name="recordsMax">The most records to split.</param>
    /// <returns>The records, without blank and comment lines and those that <see cref="CsvDialect.SkipRows"/> skips.</returns>
    public static IReadOnlyList<CsvSampleRecord> Split(ReadOnlySpan<byte> bytes, CsvDialect dialect, bool isWhole, int recordsMax)
    {
        var records = new List<CsvSampleRecord>();
        var fields = new FieldReader(new CsvColumnSpec("", CsvValueKind.Varchar), dialect);
        var splitter = new RecordSplitter(dialect);
        var marks = new int[16];
        var at = 0;
        var line = 0;
        byte[] text = isWhole && bytes.Length > 0 && bytes[^1] != '\n' ? [.. bytes, (byte)'\n'] : bytes.ToArray();
        fixed (byte* data = text)
        {
            while (at < text.Length && records.Count < recordsMax)
            {
                var lineEnd = Array.IndexOf(text, (byte)'\n', at) + 1;
                if (lineEnd == 0) break;
                if (line < dialect.SkipRows || text[at] == dialect.Comment || text.AsSpan(at, lineEnd - at) is [(byte)'\n'] or [(byte)'\r', (byte)'\n'])
                {
                    at = lineEnd;
                    line++;
                    continue;
                }

                SplitRecord split;
                while (true)
                {
                    fixed (int* ends = marks) split = splitter.Split(data, at, text.Length, ends, marks.Length);
                    if (split.FieldCount <= marks.Length) break;
                    marks = new int[split.FieldCount];
                }

                // A quote that stays open for long is a stray one, and not a field that the sample cuts.
                var isCut = split.Outcome is SplitOutcome.Incomplete or SplitOutcome.OpenQuote && text.Length - at < OpenQuoteBytesMax;
                if (!isWhole && isCut) break;
                var isWellFormed = split.Outcome == SplitOutcome.Complete;
                var end = isWellFormed ? split.End : lineEnd;
                var record = isWellFormed ? Read(text, at, marks.AsSpan(0, split.FieldCount), fields) : null;
                records.Add(new CsvSampleRecord(line + 1, record ?? [], record is not null));
                line += text.AsSpan(at, end - at).Count((byte)'\n');
                at = end;
            }
        }

        return records;
    }

    private static string?[]? Read(byte[] text, int start, ReadOnlySpan<int> marks, FieldReader fields)
    {
        var values = new string?[marks.Length];
        for (var field = 0; field < marks.Length; field++)
        {
            var end = marks[field];
            if (field == marks.Length - 1 && end > start && text[end - 1] == '\r') end--;
            if (fields.Read(text.AsSpan(start, end - start), out var value, out var isNull) != CsvRejectReason.None) return null;
            values[field] = isNull ? null : Encoding.UTF8.GetString(value);
            start = marks[field] + 1;
        }

        return values;
    }
}
