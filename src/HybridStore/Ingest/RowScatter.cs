using System.Runtime.InteropServices;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>Copies a batch's rows to many pages, column by column: each row has a page and a place in it.</summary>
/// <remarks>Not thread-safe: one for each source.</remarks>
internal sealed class RowScatter(RowLayout layout, int rowsMax)
{
    private readonly RowPage[] _pages = new RowPage[rowsMax];
    private readonly int[] _places = new int[rowsMax];
    private int _count;

    /// <summary>Says where the next row goes.</summary>
    internal void Add(RowPage page, int place)
    {
        _pages[_count] = page;
        _places[_count++] = place;
    }

    /// <summary>Copies the rows that were added.</summary>
    /// <param name="batch">Where they come from.</param>
    /// <param name="start">The batch's row that was added first; the others follow it.</param>
    /// <param name="sourceColumns">By the layout's columns: the batch's, or -1.</param>
    internal void Copy(CsvBatch batch, int start, int[] sourceColumns)
    {
        for (var column = 0; column < sourceColumns.Length; column++)
        {
            var source = sourceColumns[column];
            if (source < 0)
            {
                for (var row = 0; row < _count; row++) _pages[row].SetMissing(column, _places[row]);
                continue;
            }

            switch (layout.ValueBytes[column])
            {
                case 1:
                    CopyValues<byte>(batch, source, column, start);
                    break;
                case 4:
                    CopyValues<int>(batch, source, column, start);
                    break;
                case 8:
                    CopyValues<long>(batch, source, column, start);
                    break;
                default:
                    CopyValues<UInt128>(batch, source, column, start);
                    break;
            }

            if (batch.NullCount(source) > 0) CopyMissing(batch, source, column, start);
            if (layout.IsText[column]) CopyLongTexts(batch, source, column, start);
        }

        Array.Clear(_pages, 0, _count);
        _count = 0;
    }

    private void CopyValues<T>(CsvBatch batch, int source, int column, int start)
        where T : unmanaged
    {
        var values = batch.Values<T>(source).Slice(start, _count);
        for (var row = 0; row < values.Length; row++) _pages[row].SetValue(column, _places[row], values[row]);
    }

    private void CopyMissing(CsvBatch batch, int source, int column, int start)
    {
        for (var row = 0; row < _count; row++)
        {
            if (batch.IsNull(source, start + row)) _pages[row].SetMissing(column, _places[row]);
        }
    }

    private void CopyLongTexts(CsvBatch batch, int source, int column, int start)
    {
        var lengths = MemoryMarshal.Cast<UInt128, uint>(batch.Values<UInt128>(source).Slice(start, _count));
        for (var row = 0; row < _count; row++)
        {
            if (lengths[row * 4] > RowPage.InlineBytesMax && !batch.IsNull(source, start + row)) _pages[row].SetLongText(column, _places[row], batch.Bytes(source, start + row));
        }
    }
}
