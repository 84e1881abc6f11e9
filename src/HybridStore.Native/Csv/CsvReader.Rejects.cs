using System.Text;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv;

/// <content>What is told of rows that are not stored.</content>
public sealed unsafe partial class CsvReader
{
    /// <summary>By the record's fields: the column that a field is told to be, which may be composed of it and others.</summary>
    private readonly CsvColumnSpec[] _toldSpecs;
    private long _firstLine;

    /// <summary>Takes the rows out of the batch that hold a value which cannot be stored.</summary>
    private void RejectBadRows(in RecordRun run, CsvBatch batch)
    {
        var line = LineAtIndex();
        var counted = run.Marks[0] + 1;
        var endRow = run.BatchRow + run.Count;
        for (var row = _bad.Next(run.BatchRow, endRow); row < endRow; row = _bad.Next(row + 1, endRow))
        {
            var record = row - run.BatchRow;
            var (column, reason) = _bad.Cause(row);
            var start = run.Marks[record * run.ColumnCount] + 1;
            line += _window.Span(counted, start).Count((byte)'\n');
            counted = start;
            run.TryGetField(record, column, out var field);
            RejectRow(start, run.Marks[(record + 1) * run.ColumnCount] + 1, line, column, field, reason, run.ColumnCount);
        }

        batch.Remove(run.BatchRow, _bad.IsBad);
        _bad.Clear();
    }

    private void RejectRow(int start, int end, long line, int column, ReadOnlySpan<byte> field, CsvRejectReason reason, int fieldCount)
    {
        RejectCount++;
        var fieldText = ToText(field);
        var explanation = reason >= CsvRejectReason.Malformed
            ? RejectText.OfValue(reason, _toldSpecs[column], fieldText)
            : RejectText.OfRow(reason, _columns.Length, fieldCount, _options.RecordBytesMax);
        var isCut = _window.HasAddedLineFeed && end == _window.End;
        _onReject(new CsvReject(
            line,
            _options.StartOffset + _window.Offset + start,
            end - start - (isCut ? 1 : 0),
            column,
            ToText(_window.Span(start, end).TrimEnd("\r\n"u8)),
            fieldText,
            reason,
            explanation));
    }

    /// <summary>The number of the line that the index stands at.</summary>
    private long LineAtIndex()
    {
        if (_firstLine == 0) _firstLine = _options.FirstLine?.Invoke() ?? 1;
        return _firstLine + LinesRead;
    }

    private string ToText(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, _options.RejectTextBytesMax)]);
}
