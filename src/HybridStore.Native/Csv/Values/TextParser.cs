using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column of text.</summary>
internal sealed unsafe class TextParser(ColumnContext context) : ColumnParser(context)
{
    private const int HeaderBytes = 16;
    private const int LengthBytes = 4;
    private const int InlineBytesMax = 12;

    private readonly Vector128<byte>[] _nullHeaders = [.. (context.Spec.NullTexts ?? context.Dialect.NullTexts).Select(ShortHeader).OfType<Vector128<byte>>()];
    private TextArena _arena = null!;
    private byte* _lastBytes;
    private int _lastLength;

    private static ReadOnlySpan<byte> HeadMasks =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    internal override void Attach(CsvBatch batch)
    {
        base.Attach(batch);
        _arena = batch.Arena;
        _lastLength = 0;
    }

    internal override int Parse(in RecordRun run, BadRows bad) => Context.Simd == CsvSimd.Scalar ? ParseOneByOne(run, 0, bad) : ParseVectors(run, bad);

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row)
    {
        var reason = Check(text);
        if (reason != CsvRejectReason.None) return reason;
        // Source: duckdb.h, duckdb_string_t: length, then up to 12 bytes inline padded with 0, or 4 bytes of prefix and a pointer.
        var header = Values + (nint)row * HeaderBytes;
        *(int*)header = text.Length;
        if (text.Length <= InlineBytesMax)
        {
            new Span<byte>(header + LengthBytes, InlineBytesMax).Clear();
            text.CopyTo(new Span<byte>(header + LengthBytes, InlineBytesMax));
            return CsvRejectReason.None;
        }

        text[..LengthBytes].CopyTo(new Span<byte>(header + LengthBytes, LengthBytes));
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
        var walk = new FieldWalk(run, Column, Mask);
        var headers = Values;
        // A byte that no field begins with where the dialect has no quotes: the delimiter.
        var quote = Context.Dialect.Quote ?? Context.Dialect.Delimiter;
        var hasNullTexts = _nullHeaders.Length > 0;
        while (walk.MoveNext())
        {
            var length = walk.Length;
            if (length <= InlineBytesMax && (length == 0 || *walk.Start != quote))
            {
                // The four bytes before the field make room for its length.
                var mask = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(HeadMasks), (nuint)(InlineBytesMax - length));
                var text = Vector128.Load(walk.Start - LengthBytes) & mask;
                var header = text.AsInt32().WithElement(0, length).AsByte();
                // Bytes of 1 to 127 need no further look: as signed numbers they are greater than 0.
                var plain = Vector128.GreaterThan(text.AsSByte(), Vector128<sbyte>.Zero).AsByte() | ~mask;
                if ((plain.ExtractMostSignificantBits() | 0xF) == 0xFFFF)
                {
                    header.Store(headers + (nint)walk.Row * HeaderBytes);
                    walk.NoteMissing(length == 0 || (hasNullTexts && IsNullText(header)));
                    continue;
                }
            }

            if (!TryParse(walk.Field, walk.Row, bad)) break;
        }

        return walk.Finish();
    }

    private static Vector128<byte>? ShortHeader(string text)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        if (!Encoding.UTF8.TryGetBytes(text, header[LengthBytes..], out var length)) return null;
        return Vector128.Create<byte>(header).AsInt32().WithElement(0, length).AsByte();
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
