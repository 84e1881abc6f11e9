using System.Text.Unicode;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column of text.</summary>
internal sealed unsafe class TextParser(int column, CsvColumnSpec spec, CsvDialect dialect) : ColumnParser(column, new FieldReader(spec, dialect))
{
    private const int HeaderBytes = 16;
    private const int InlineBytesMax = 12;

    private TextArena _arena = null!;
    private byte* _lastLong;

    internal override void Attach(CsvBatch batch)
    {
        base.Attach(batch);
        _arena = batch.Arena;
        _lastLong = null;
    }

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row)
    {
        var reason = Check(text);
        if (reason != CsvRejectReason.None) return reason;
        // Source: duckdb.h, duckdb_string_t: length, then up to 12 bytes inline padded with 0, or 4 bytes of prefix and a pointer.
        var header = Values + (nint)row * HeaderBytes;
        *(int*)header = text.Length;
        if (text.Length <= InlineBytesMax)
        {
            new Span<byte>(header + 4, InlineBytesMax).Clear();
            text.CopyTo(new Span<byte>(header + 4, InlineBytesMax));
            return CsvRejectReason.None;
        }

        text[..4].CopyTo(new Span<byte>(header + 4, 4));
        *(byte**)(header + 8) = Keep(text, header);
        return CsvRejectReason.None;
    }

    internal static CsvRejectReason Check(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0)) return CsvRejectReason.NulByte;
        return Utf8.IsValid(text) ? CsvRejectReason.None : CsvRejectReason.InvalidUtf8;
    }

    /// <summary>The text in the batch's memory; a text that repeats the last one shares its bytes.</summary>
    private byte* Keep(ReadOnlySpan<byte> text, byte* header)
    {
        if (_lastLong != null && CsvBatch.Bytes(_lastLong).SequenceEqual(text)) return *(byte**)(_lastLong + 8);
        var bytes = _arena.Allocate(text.Length);
        text.CopyTo(new Span<byte>(bytes, text.Length));
        _lastLong = header;
        return bytes;
    }
}
