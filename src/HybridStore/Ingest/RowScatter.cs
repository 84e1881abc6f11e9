using System.Runtime.InteropServices;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>Copies a batch's rows to many pages: column by column, and within a column page by page.</summary>
/// <remarks>
/// The rows of a page are gathered from the batch, so that a few symbols cost a tight loop each and not a look-up for each value: on three
/// interleaved symbols that was a third of the time of going row by row. Not thread-safe: one for each source.
/// </remarks>
internal sealed class RowScatter(RowLayout layout, int rowsMax)
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
    /// <param name="batch">Where they come from.</param>
    /// <param name="start">The batch's row that was added first; the others follow it.</param>
    /// <param name="sourceColumns">By the layout's columns: the batch's, or -1.</param>
    internal void Copy(CsvBatch batch, int start, int[] sourceColumns)
    {
        GroupRows(start);
        for (var column = 0; column < sourceColumns.Length; column++)
        {
            var source = sourceColumns[column];
            if (source < 0)
            {
                ForEachRow((page, place, _) => page.SetMissing(column, place));
                continue;
            }

            switch (layout.ValueBytes[column])
            {
                case 1:
                    Gather<byte>(batch.Values<byte>(source), column);
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

            if (batch.NullCount(source) > 0) CopyMissing(batch, source, column);
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

    private void Gather<T>(ReadOnlySpan<T> values, int column)
        where T : unmanaged
    {
        var begin = 0;
        for (var page = 0; page < _pageCount; page++)
        {
            var rows = _rows.AsSpan(begin, _ends[page] - begin);
            var target = _pages[page].Values<T>(column).Slice(_firstPlaces[page], rows.Length);
            for (var index = 0; index < rows.Length; index++) target[index] = values[rows[index]];
            begin = _ends[page];
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

    private void CopyMissing(CsvBatch batch, int source, int column) => ForEachRow((page, place, row) =>
    {
        if (batch.IsNull(source, row)) page.SetMissing(column, place);
    });

    private void CopyLongTexts(CsvBatch batch, int source, int column) => ForEachRow((page, place, row) =>
    {
        if (!batch.IsNull(source, row) && batch.Bytes(source, row) is { Length: > RowPage.InlineBytesMax } text) page.SetLongText(column, place, text);
    });

    private void ForEachRow(Action<RowPage, int, int> action)
    {
        var begin = 0;
        for (var page = 0; page < _pageCount; page++)
        {
            for (var index = begin; index < _ends[page]; index++) action(_pages[page], _firstPlaces[page] + index - begin, _rows[index]);
            begin = _ends[page];
        }
    }
}
