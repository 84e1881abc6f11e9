using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv;

/// <content>Lines that are not rows of the expected shape, looked at one by one.</content>
public sealed unsafe partial class CsvReader
{
    private readonly int[] _splitMarks;

    /// <summary>Goes past byte order mark, skipped lines and header, if that was not done yet.</summary>
    /// <returns>Their bytes.</returns>
    internal long ReadPreamble()
    {
        if (!_isStarted) SkipPreamble();
        return PreambleByteCount;
    }

    private void SkipPreamble()
    {
        _isStarted = true;
        _index.TryRefill();
        if (_options.StartOffset > 0) return;
        if (_window.Span(0, _window.End).StartsWith("\uFEFF"u8)) _index.SkipTo(3);
        for (var line = 0; line < _dialect.SkipRows && !IsAtEnd(); line++) Pass(FindLineEnd());
        if (_dialect.HasHeader)
        {
            while (!IsAtEnd() && TryPassBlankOrComment())
            {
            }

            if (!IsAtEnd()) Pass(FindHeaderEnd());
        }

        PreambleByteCount = BytesRead;
    }

    private bool IsAtEnd()
    {
        while (_index.RecordStart == _window.End)
        {
            if (!_index.TryRefill()) return true;
        }

        return false;
    }

    /// <summary>Looks at the next line, which begins a record that is none, or has another shape than expected.</summary>
    private void PassOddLine()
    {
        if (TryPassBlankOrComment()) return;
        var split = SplitNext();
        var start = _index.RecordStart;
        var lineLength = _window.Span(start, _window.End).IndexOf((byte)'\n') + 1;
        if (lineLength == 0)
        {
            PassEndlessLine(split.Outcome == SplitOutcome.OpenQuote);
            return;
        }

        var (reason, column) = Diagnose(split, start);
        RowCount++;
        RejectRow(start, start + lineLength, LineAtIndex(), column, FieldSpan(start, start + lineLength, column), reason, split.FieldCount);
        Pass(start + lineLength);
    }

    /// <summary>Splits the next record, with as much of it in the window as the limit allows.</summary>
    private SplitRecord SplitNext()
    {
        while (true)
        {
            SplitRecord split;
            fixed (int* marks = _splitMarks) split = _splitter.Split(_window.Data, _index.RecordStart, _window.End, marks, _splitMarks.Length);
            var isDecided = split.Outcome == SplitOutcome.Complete
                || (split.Outcome == SplitOutcome.TextAfterQuote && _window.Span(_index.RecordStart, _window.End).Contains((byte)'\n'));
            if (isDecided || !_index.TryRefill()) return split;
        }
    }

    private (CsvRejectReason Reason, int Column) Diagnose(SplitRecord split, int start)
    {
        if (split.Outcome == SplitOutcome.TextAfterQuote) return (CsvRejectReason.TextAfterQuote, InColumns(split.FieldCount));
        if (split.Outcome == SplitOutcome.OpenQuote) return (CsvRejectReason.UnterminatedQuote, InColumns(split.FieldCount));
        if (split.Outcome == SplitOutcome.Incomplete) return (CsvRejectReason.RecordTooLong, -1);
        if (split.FieldCount < _columns.Length) return (CsvRejectReason.TooFewFields, -1);
        if (split.FieldCount > _columns.Length) return (CsvRejectReason.TooManyFields, -1);
        for (var column = 0; column < _columns.Length; column++)
        {
            var isText = _columns[column].Kind is CsvValueKind.Varchar or CsvValueKind.Skip;
            if (!isText && _window.Span(FieldStart(start, column), _splitMarks[column]).Contains((byte)'\n')) return (CsvRejectReason.LineBreakInValue, column);
        }

        throw new InvalidOperationException($"The record at byte {_options.StartOffset + _window.Offset + start} is well formed, and was not read.");
    }

    private int InColumns(int field) => field < _columns.Length ? field : -1;

    private int FieldStart(int recordStart, int column) => column == 0 ? recordStart : _splitMarks[column - 1] + 1;

    /// <summary>The field that failed, as far as it stands in the record's first line: only that line is rejected.</summary>
    private ReadOnlySpan<byte> FieldSpan(int recordStart, int lineEnd, int column)
    {
        if (column < 0 || FieldStart(recordStart, column) >= lineEnd) return default;
        return _window.Span(FieldStart(recordStart, column), lineEnd).TrimEnd("\r\n"u8);
    }

    private bool TryPassBlankOrComment()
    {
        while (_window.End - _index.RecordStart < 2 && _index.TryRefill())
        {
        }

        var next = _window.Span(_index.RecordStart, _window.End);
        if (next[0] == _dialect.Comment)
        {
            CommentLineCount++;
            Pass(FindLineEnd());
            return true;
        }

        if (!next.StartsWith("\n"u8) && !next.StartsWith("\r\n"u8)) return false;
        BlankLineCount++;
        Pass(FindLineEnd());
        return true;
    }

    /// <summary>The offset behind the next line feed.</summary>
    /// <exception cref="InvalidDataException">There is none within the limit.</exception>
    private int FindLineEnd()
    {
        while (true)
        {
            var length = _window.Span(_index.RecordStart, _window.End).IndexOf((byte)'\n') + 1;
            if (length > 0) return _index.RecordStart + length;
            if (!_index.TryRefill()) throw new InvalidDataException($"Line {LineAtIndex()} is longer than {_options.RecordBytesMax} bytes, and is no record.");
        }
    }

    /// <summary>The offset behind the header; a header that is not well formed is one line.</summary>
    private int FindHeaderEnd()
    {
        var split = SplitNext();
        return split.Outcome == SplitOutcome.Complete ? split.End : FindLineEnd();
    }

    /// <summary>Goes on behind a line or header.</summary>
    private void Pass(int end)
    {
        LinesRead += _window.Span(_index.RecordStart, end).Count((byte)'\n');
        _index.SkipTo(end);
    }

    /// <summary>Rejects a line that is longer than the window may become, without holding all of it.</summary>
    private void PassEndlessLine(bool hasOpenQuote)
    {
        var line = LineAtIndex();
        var offset = BytesRead;
        var rowText = ToText(_window.Span(_index.RecordStart, _window.End));
        int lineLength;
        while ((lineLength = _window.Span(_index.RecordStart, _window.End).IndexOf((byte)'\n') + 1) == 0)
        {
            _index.SkipTo(_window.End);
            if (!_index.TryRefill()) break;
        }

        Pass(_index.RecordStart + lineLength);
        RowCount++;
        RejectCount++;
        var reason = hasOpenQuote ? CsvRejectReason.UnterminatedQuote : CsvRejectReason.RecordTooLong;
        _onReject(new CsvReject(line, _options.StartOffset + offset, BytesRead - offset, -1, rowText, "", reason, RejectText.OfRow(reason, _columns.Length, 0, _options.RecordBytesMax)));
    }
}
