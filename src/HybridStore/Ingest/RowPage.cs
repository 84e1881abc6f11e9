using System.Runtime.InteropServices;
using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>Up to 2,048 rows of a partition that wait to be written, column by column.</summary>
/// <remarks>Values are as DuckDB stores them; a text of more than 12 bytes stands in the page's own memory, by offset instead of by pointer.</remarks>
internal sealed class RowPage
{
    internal const int InlineBytesMax = 12;

    private readonly RowLayout _layout;
    private readonly byte[][] _values;
    private readonly ulong[]?[] _present;
    private byte[] _texts = [];
    private int _textBytes;

    /// <param name="layout">The columns.</param>
    /// <param name="rowCapacity">Rows that fit, up to 2,048.</param>
    internal RowPage(RowLayout layout, int rowCapacity)
    {
        _layout = layout;
        Capacity = rowCapacity;
        _values = [.. layout.ValueBytes.Select(bytes => GC.AllocateUninitializedArray<byte>(rowCapacity * bytes))];
        _present = new ulong[]?[layout.ValueBytes.Length];
    }

    internal int Capacity { get; }

    internal int RowCount { get; set; }

    internal long Bytes => (long)Capacity * _layout.ValueBytes.Sum() + _texts.Length;

    /// <summary>Whether a row has a double that is -0.0.</summary>
    internal bool HasSignedZero => _layout.Doubles.Any(column => SignedZeros.IsIn(Values<double>(column)[..RowCount]));

    /// <summary>For <see cref="RowScatter"/>: where the page stands in its list.</summary>
    internal int ScatterIndex { get; set; } = -1;

    /// <summary>A column's values.</summary>
    internal Span<T> Values<T>(int column)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_values[column].AsSpan(0, Capacity * _layout.ValueBytes[column]));

    /// <summary>Forgets the rows; their memory stays for others.</summary>
    internal void Clear()
    {
        RowCount = _textBytes = 0;
        foreach (var mask in _present) mask?.AsSpan().Fill(ulong.MaxValue);
    }

    /// <summary>Takes over a text that does not fit into its header.</summary>
    internal void SetLongText(int column, int row, ReadOnlySpan<byte> text)
    {
        if (_textBytes + text.Length > _texts.Length) Array.Resize(ref _texts, Math.Max(_textBytes + text.Length, _texts.Length * 2));
        text.CopyTo(_texts.AsSpan(_textBytes));
        var header = _values[column].AsSpan(row * 16, 16);
        MemoryMarshal.Write(header, text.Length);
        MemoryMarshal.Write(header[8..], (long)_textBytes);
        _textBytes += text.Length;
    }

    /// <summary>A column's mask: a bit for each row, 1 = present.</summary>
    internal Span<ulong> Mask(int column)
    {
        if (_present[column] is { } mask) return mask;
        mask = new ulong[BitMask.WordCount(Capacity)];
        Array.Fill(mask, ulong.MaxValue);
        return _present[column] = mask;
    }

    /// <summary>Hands the page to DuckDB.</summary>
    internal void CopyTo(DuckDbChunkWriter chunk)
    {
        for (var position = 0; position < chunk.ColumnCount; position++)
        {
            var column = chunk.SourceColumn(position);
            if (column < 0) continue;
            var bytes = _values[column].AsSpan(0, RowCount * _layout.ValueBytes[column]);
            if (_present[column] is { } mask) BitMask.CopySlice(mask, 0, RowCount, chunk.ValidityMask(position));
            ChunkColumn.Write(chunk, position, _layout.ValueBytes[column], bytes);
            if (_layout.IsText[column] && _textBytes > 0) CopyLongTexts(chunk, position, column);
        }
    }

    private void CopyLongTexts(DuckDbChunkWriter chunk, int position, int column)
    {
        var headers = MemoryMarshal.Cast<byte, UInt128>(_values[column].AsSpan(0, RowCount * 16));
        for (var row = 0; row < RowCount; row++)
        {
            var length = (int)(uint)headers[row];
            if (length <= InlineBytesMax || _present[column] is { } mask && (mask[row >> 6] >> (row & 63) & 1) == 0) continue;
            chunk.SetBytes(position, row, _texts.AsSpan((int)(ulong)(headers[row] >> 64), length));
        }
    }
}
