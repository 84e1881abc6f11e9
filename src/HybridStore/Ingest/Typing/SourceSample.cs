using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;

namespace HybridStore.Ingest.Typing;

/// <summary>Reads the parts of a source that its types are chosen by.</summary>
public static class SourceSample
{
    private const int WindowBytes = 16 << 10;
    private const int WindowCount = 16;

    /// <summary>Reads the first bytes of a source.</summary>
    /// <param name="input">The source, decompressed; it is left where the sample ends.</param>
    /// <returns>The bytes, and whether these are all.</returns>
    public static (byte[] Bytes, bool IsWhole) ReadHead(ICsvInput input)
    {
        // One byte more tells whether there is more.
        var buffer = new byte[CsvSniffer.HeadBytes + 1];
        var length = 0;
        while (length < buffer.Length && input.Read(buffer.AsSpan(length)) is > 0 and var read) length += read;
        return (buffer[..Math.Min(length, CsvSniffer.HeadBytes)], length <= CsvSniffer.HeadBytes);
    }

    /// <summary>Reads rows from all over a file behind its head.</summary>
    /// <param name="path">A plain file, not a compressed one.</param>
    /// <param name="source">What its head told.</param>
    /// <returns>Rows of the expected number of fields; none where quoted line breaks would hide where a row begins.</returns>
    public static IReadOnlyList<IReadOnlyList<string?>> ReadSpread(string path, SniffedSource source)
    {
        var fileBytes = new FileInfo(path).Length;
        var restBytes = fileBytes - CsvSniffer.HeadBytes;
        var hasLineBreaks = source.Rows.Any(row => row.Any(text => text is not null && text.Contains('\n')));
        if (restBytes <= WindowBytes || hasLineBreaks || source.Encoding is not CsvEncoding.Utf8) return [];
        var rows = new List<IReadOnlyList<string?>>();
        var buffer = new byte[WindowBytes];
        var dialect = source.Dialect with { SkipRows = 0 };
        for (var window = 1; window <= WindowCount; window++)
        {
            var start = CsvSniffer.HeadBytes + (restBytes - WindowBytes) * window / WindowCount;
            using var input = new FileInput(path, start, start + WindowBytes);
            var length = 0;
            while (length < buffer.Length && input.Read(buffer.AsSpan(length)) is > 0 and var read) length += read;
            var lineStart = buffer.AsSpan(0, length).IndexOf((byte)'\n') + 1;
            if (lineStart == 0) continue;
            var records = CsvSample.Split(buffer.AsSpan(lineStart, length - lineStart), dialect, isWhole: window == WindowCount, int.MaxValue);
            rows.AddRange(records.Where(record => record.Fields.Count == source.FieldCount).Select(record => record.Fields));
        }

        return rows;
    }
}
