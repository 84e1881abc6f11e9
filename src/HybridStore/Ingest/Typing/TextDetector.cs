using System.Text;
using System.Text.Unicode;
using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;

namespace HybridStore.Ingest.Typing;

/// <summary>Tells text from other files, and its encoding.</summary>
internal static class TextDetector
{
    private static readonly (byte[] Magic, string Name, string Advice)[] KnownFormats =
    [
        ([0x1F, 0x8B], "gzip data", "Give it a name that ends in .csv.gz."),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd data", "Give it a name that ends in .csv.zst."),
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive or an Excel workbook", "Give it a name that ends in .zip or .xlsx."),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook", "Save it as .xlsx, or export the sheet as CSV."),
        ([0x50, 0x41, 0x52, 0x31], "a Parquet file", "It needs no ingest: query it in place."),
        ([0x42, 0x5A, 0x68], "bzip2 data", "Decompress it first."),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz data", "Decompress it first."),
        ([0x25, 0x50, 0x44, 0x46], "a PDF", "Export the table as CSV."),
    ];

    internal static CsvEncoding Detect(ReadOnlySpan<byte> head, bool isWhole, string source)
    {
        foreach (var (magic, name, advice) in KnownFormats)
        {
            if (head.StartsWith(magic)) throw NoText(source, name, advice);
        }

        if (head.StartsWith<byte>([0xFF, 0xFE])) return CsvEncoding.Utf16LittleEndian;
        if (head.StartsWith<byte>([0xFE, 0xFF])) return CsvEncoding.Utf16BigEndian;
        if (head.Contains((byte)0) && Utf16WithoutMark(head) is { } utf16) return utf16;
        var controls = head.Length - CountText(head);
        if (controls > head.Length / 100 + (head.Contains((byte)0) ? 0 : 8)) throw NoText(source, "binary data", "Is it the right file?");
        if (!head.Contains((byte)'\n') && head.Contains((byte)'\r') && head.IndexOf((byte)'\r') < head.Length - 1)
        {
            throw NoText(source, "lines that end in CR alone", "Convert its line ends to LF or CR LF.");
        }

        if (IsUtf8(head, isWhole)) return CsvEncoding.Utf8;
        if (head.IndexOfAny(TranscodedInput.NoWindows1252) >= 0) throw NoText(source, "text that is neither UTF-8 nor Windows-1252", "Convert it to UTF-8, or say --encoding.");
        // Where both have a character, Latin-1 has the same; what it has for itself are control characters.
        return CsvEncoding.Windows1252;
    }

    internal static byte[] ToUtf8(ReadOnlySpan<byte> head, CsvEncoding encoding)
    {
        var text = encoding switch
        {
            CsvEncoding.Utf16LittleEndian => Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(head)),
            CsvEncoding.Utf16BigEndian => Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(head)),
            CsvEncoding.Utf8 => head.ToArray(),
            _ => Encoding.UTF8.GetBytes(TranscodedInput.SingleByte(encoding).GetString(head)),
        };
        return text.AsSpan().StartsWith("\uFEFF"u8) ? text[3..] : text;
    }

    private static StoreException NoText(string source, string found, string advice) =>
        new(StoreErrorKind.SourceData, $"{source}: expected CSV text, found {found}. {advice}");

    /// <summary>ASCII text in UTF-16 has a zero in every other byte.</summary>
    private static CsvEncoding? Utf16WithoutMark(ReadOnlySpan<byte> head)
    {
        Span<int> zeros = [0, 0];
        for (var at = 0; at < head.Length; at++)
        {
            if (head[at] == 0) zeros[at & 1]++;
        }

        var many = head.Length * 2 / 5;
        if (zeros[1] > many && zeros[0] == 0) return CsvEncoding.Utf16LittleEndian;
        return zeros[0] > many && zeros[1] == 0 ? CsvEncoding.Utf16BigEndian : null;
    }

    private static int CountText(ReadOnlySpan<byte> head)
    {
        var count = 0;
        foreach (var value in head)
        {
            if (value >= ' ' || value is (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f') count++;
        }

        return count;
    }

    /// <summary>A character that the sample cuts does not count.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> head, bool isWhole)
    {
        if (Utf8.IsValid(head)) return true;
        for (var cut = 1; cut <= 3 && cut < head.Length && !isWhole; cut++)
        {
            if (head[^cut] >= 0xC0 && Utf8.IsValid(head[..^cut])) return true;
        }

        return false;
    }
}
