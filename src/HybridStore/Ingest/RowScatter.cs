using System.Runtime.InteropServices;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>Copies a batch's rows to many pages: column by column, and within a column page by page.</summary>
/// <remarks>
/// The rows of a page are gathered from the batch, so that a few symbols cost a tight loop each and not a look-up for each value: on three
/// interleaved symbols that was a third of the time of going row by row. Not thread-safe: one for each source.
/// </remarks>
internal sealed class RowScatter(int rowsMax)
{
    private readonly RowPage[] _pages = new RowPage[rowsMax];
    private readonly int[] _firstPlaces = new int[rowsMax];
    private readonly int[] _ends = new int[rowsMax];
    private readonly int[] _rowPages = new int[rowsMax];
    private readonly int[] _rows = new int[rowsMax];
    private int _pageCount;
    private int _count;

    /// <summary>Says where the next row goes; a page's rows follow each other.</summary>
    internal void Add(RowPage page, int place)
    {
        var index = page.ScatterIndex;
        if ((uint)index >= (uint)_pageCount || !ReferenceEquals(_pages[index], page))
        {
            index = page.ScatterIndex = _pageCount++;
            _pages[index] = page;
            _firstPlaces[index] = place;
            _ends[index] = 0;
        }

        _ends[index]++;
        _rowPages[_count++] = index;
    }

    /// <summary>Copies the rows that were added.</summary>
    /// <param name="cursor">Where they come from.</param>
    /// <param name="start">The batch's row that was added first; the others follow it.</param>
    internal void Copy(RowCursor cursor, int start)
    {
        GroupRows(start);
        var (batch, layout) = (cursor.Batch, cursor.Texts.Layout);
        for (var column = 0; column < layout.ValueBytes.Length; column++)
        {
            if (layout.ValueBytes[column] == 0) continue;
            var source = cursor.SourceColumns[column];
            if (source < 0)
            {
                CopyMissing([], column);
                continue;
            }

            switch (layout.ValueBytes[column])
            {
                case 1:
                    Gather(layout.IsCoded[column] ? cursor.Texts.Of(column) : batch.Values<byte>(source), column);
                    break;
                case 4:
                    Gather<int>(batch.Values<int>(source), column);
                    break;
                case 8:
                    Gather<long>(batch.Values<long>(source), column);
                    break;
                default:
                    Gather<UInt128>(batch.Values<UInt128>(source), column);
                    break;
            }

            if (batch.NullCount(source) > 0) CopyMissing(batch.ValidityMask(source), column);
            if (layout.IsText[column] && HasLongText(batch.Values<UInt128>(source))) CopyLongTexts(batch, source, column);
        }

        Array.Clear(_pages, 0, _pageCount);
        _pageCount = _count = 0;
    }

    /// <summary>Lists the batch's rows page by page, in their order (a counting sort).</summary>
    private void GroupRows(int start)
    {
        var end = 0;
        for (var page = 0; page < _pageCount; page++)
        {
            var count = _ends[page];
            _ends[page] = end;
            end += count;
        }

        for (var row = 0; row < _count; row++) _rows[_ends[_rowPages[row]]++] = start + row;
    }

    private ReadOnlySpan<int> RowsOf(int page)
    {
        var begin = page == 0 ? 0 : _ends[page - 1];
        return _rows.AsSpan(begin, _ends[page] - begin);
    }

    private void Gather<T>(ReadOnlySpan<T> values, int column)
        where T : unmanaged
    {
        for (var page = 0; page < _pageCount; page++)
        {
            var rows = RowsOf(page);
            var target = _pages[page].Values<T>(column).Slice(_firstPlaces[page], rows.Length);
            for (var index = 0; index < rows.Length; index++) target[index] = values[rows[index]];
        }
    }

    /// <param name="present">A bit for each row of the batch; empty when every value is missing.</param>
    /// <param name="column">The layout's column.</param>
    private void CopyMissing(ReadOnlySpan<ulong> present, int column)
    {
        for (var page = 0; page < _pageCount; page++)
        {
            var mask = _pages[page].Mask(column);
            var place = _firstPlaces[page];
            foreach (var row in RowsOf(page))
            {
                var isPresent = present.IsEmpty ? 0 : present[row >> 6] >> (row & 63) & 1;
                mask[place >> 6] &= ~((isPresent ^ 1) << (place & 63));
                place++;
            }
        }
    }

    private static bool HasLongText(ReadOnlySpan<UInt128> headers)
    {
        var lengths = MemoryMarshal.Cast<UInt128, uint>(headers);
        for (var at = 0; at < lengths.Length; at += 4)
        {
            if (lengths[at] > RowPage.InlineBytesMax) return true;
        }

        return false;
    }

    private void CopyLongTexts(CsvBatch batch, int source, int column)
    {
        for (var page = 0; page < _pageCount; page++)
        {
            var place = _firstPlaces[page];
            foreach (var row in RowsOf(page))
            {
                if (!batch.IsNull(source, row) && batch.Bytes(source, row) is { Length: > RowPage.InlineBytesMax } text) _pages[page].SetLongText(column, place, text);
                place++;
            }
        }
    }
}
