using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column of text.</summary>
internal sealed unsafe class TextParser(ColumnContext context) : ColumnParser(context)
{
    private readonly Vector128<byte>[] _nullHeaders = [.. (context.Spec.NullTexts ?? context.Dialect.NullTexts).Select(ShortText.Header).OfType<Vector128<byte>>()];
    private TextArena _arena = null!;
    private byte* _lastBytes;
    private int _lastLength;

    internal override void Attach(CsvBatch batch)
    {
        base.Attach(batch);
        _arena = batch.Arena;
        _lastLength = 0;
    }

    internal override int Parse(in RecordRun run, BadRows bad) => Context.Simd == CsvSimd.Scalar ? ParseOneByOne(run, 0, bad) : ParseVectors(run, bad);

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row)
    {
        var reason = text.IsEmpty && Context.Spec.IsRequired ? CsvRejectReason.Missing : Check(text);
        if (reason != CsvRejectReason.None) return reason;
        // Source: duckdb.h, duckdb_string_t: length, then up to 12 bytes inline padded with 0, or 4 bytes of prefix and a pointer.
        var header = Values + (nint)row * ShortText.HeaderBytes;
        *(int*)header = text.Length;
        if (text.Length <= ShortText.BytesMax)
        {
            new Span<byte>(header + ShortText.LengthBytes, ShortText.BytesMax).Clear();
            text.CopyTo(new Span<byte>(header + ShortText.LengthBytes, ShortText.BytesMax));
            return CsvRejectReason.None;
        }

        text[..ShortText.LengthBytes].CopyTo(new Span<byte>(header + ShortText.LengthBytes, ShortText.LengthBytes));
        *(byte**)(header + 8) = Keep(text);
        return CsvRejectReason.None;
    }

    internal static CsvRejectReason Check(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0)) return CsvRejectReason.NulByte;
        return Utf8.IsValid(text) ? CsvRejectReason.None : CsvRejectReason.InvalidUtf8;
    }

    /// <summary>Short ASCII texts are copied into their headers by one load and one store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParseVectors(in RecordRun run, BadRows bad)
    {
        var walk = new FieldWalk(run, Column, Mask, Context.QuoteOrDelimiter);
        var headers = Values;
        var quote = Context.QuoteOrDelimiter;
        var quotes = Vector128.Create(quote);
        var hasEscape = Context.Dialect.HasOwnEscape;
        var hasNullTexts = _nullHeaders.Length > 0;
        while (walk.MoveNext())
        {
            var length = walk.Length;
            if (length <= ShortText.BytesMax && (length == 0 || *walk.Start != quote) && ShortText.TryRead(walk.Start, length, out var header))
            {
                header.Store(headers + (nint)walk.Row * ShortText.HeaderBytes);
                walk.NoteMissing(length == 0 || (hasNullTexts && IsNullText(header)));
                continue;
            }

            if (length is > 2 and <= ShortText.BytesMax + 2 && *walk.Start == quote && ShortText.TryRead(walk.Start + 1, length - 2, out header)
                && walk.Start[length - 1] == quote && !Vector128.EqualsAny(header, quotes) && !hasEscape)
            {
                header.Store(headers + (nint)walk.Row * ShortText.HeaderBytes);
                continue;
            }

            if (!TryParse(walk.Field, walk.Row, bad)) break;
        }

        return walk.Finish();
    }

    private bool IsNullText(Vector128<byte> header) => Array.IndexOf(_nullHeaders, header) >= 0;

    /// <summary>The text in the batch's memory; a text that repeats the last one shares its bytes.</summary>
    private byte* Keep(ReadOnlySpan<byte> text)
    {
        if (new ReadOnlySpan<byte>(_lastBytes, _lastLength).SequenceEqual(text)) return _lastBytes;
        _lastBytes = _arena.Allocate(text.Length);
        _lastLength = text.Length;
        text.CopyTo(new Span<byte>(_lastBytes, _lastLength));
        return _lastBytes;
    }
}
