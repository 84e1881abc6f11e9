using System.Text;
using ExcelDataReader;
using HybridStore.Native.Csv;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest.Workbooks;

/// <summary>A sheet of a workbook as CSV bytes: one record a row, so that the same reader reads it.</summary>
/// <remarks>
/// Cells come as what they hold, not as they are shown: numbers with all digits of their doubles, days and times as ISO 8601, durations in
/// hours beyond a day, formulas as their results, errors as no values. Rows before the first with two cells are given without empty ends,
/// as lines of another shape.
/// </remarks>
internal sealed class SheetInput : ICsvInput
{
    private const int FlushCharacters = 1 << 16;

    private readonly FileStream _file;
    private readonly IExcelDataReader _reader;
    private readonly SheetRows _rows = new();
    private readonly Action<long> _onRead;
    private readonly long _sizeBytes;
    private readonly StringBuilder _text = new();
    private readonly CellText _cells;
    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private long _rowNumber;
    private bool _isTable;
    private bool _isEnded;

    static SheetInput() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance); // ExcelDataReader asks for code page 1252

    /// <param name="path">The workbook.</param>
    /// <param name="sheet">The sheet's name.</param>
    /// <param name="sizeBytes">Told as read at the end.</param>
    /// <param name="onRead">Told how much was read.</param>
    /// <exception cref="InvalidDataException">The workbook is damaged, or has no such sheet.</exception>
    internal SheetInput(string path, string sheet, long sizeBytes, Action<long> onRead)
    {
        _file = RegularFile.OpenStream(path);
        (_sizeBytes, _onRead) = (sizeBytes, onRead);
        try
        {
            _cells = new CellText(_text, Workbook.FirstDay(path));
            _reader = ExcelReaderFactory.CreateOpenXmlReader(_file);
            while (_reader.Name != sheet)
            {
                if (!_reader.NextResult()) throw new InvalidDataException($"The workbook has no sheet '{sheet}'.");
            }
        }
        catch (Exception exception) when (exception is not InvalidDataException)
        {
            _file.Dispose();
            throw new InvalidDataException("The workbook is damaged: " + exception.Message, exception);
        }
    }

    /// <summary>Which row of the sheet a line of the text belongs to.</summary>
    internal SheetRows Rows => _rows;

    /// <summary>Columns whose whole numbers have more digits than Excel keeps, by their place from 0; known once all is read.</summary>
    internal IReadOnlyDictionary<int, (long Cells, long FirstRow)> LongNumbers => _cells.LongNumbers;

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        while (_start == _end && !_isEnded) Fill();
        var count = Math.Min(_end - _start, destination.Length);
        _bytes.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _file.Dispose();
    }

    private void Fill()
    {
        _text.Clear();
        try
        {
            while (_text.Length < FlushCharacters && !_isEnded)
            {
                if (_reader.Read()) AppendRow();
                else _isEnded = true;
            }
        }
        catch (Exception exception) when (exception is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException("The sheet is damaged: " + exception.Message, exception);
        }

        if (_isEnded) _onRead(_sizeBytes);
        var bytesMax = Encoding.UTF8.GetMaxByteCount(_text.Length);
        if (_bytes.Length < bytesMax) _bytes = new byte[bytesMax];
        _start = _end = 0;
        foreach (var chunk in _text.GetChunks()) _end += Encoding.UTF8.GetBytes(chunk.Span, _bytes.AsSpan(_end));
    }

    private void AppendRow()
    {
        _rowNumber++;
        var (filled, last) = (0, -1);
        for (var column = 0; column < _reader.FieldCount; column++)
        {
            if (_reader.GetValue(column) is null) continue;
            filled++;
            last = column;
        }

        _isTable |= filled > 1 || _reader.FieldCount == 1;
        var start = _text.Length;
        if (filled > 0)
        {
            var end = _isTable ? _reader.FieldCount - 1 : last;
            for (var column = 0; column <= end; column++)
            {
                if (column > 0) _text.Append(',');
                _cells.Append(_reader.GetValue(column), column, _rowNumber);
            }
        }

        _text.Append('\n');
        var lines = 0;
        for (var at = start; at < _text.Length; at++) lines += _text[at] == '\n' ? 1 : 0;
        _rows.Add(lines);
    }
}
