using HybridStore.Native.DuckDb;
using HybridStore.Query;

namespace HybridStore.Cli.Output.Rows;

/// <summary>A table for people: numbers on the right, nulls visible, and on a terminal no wider than it.</summary>
/// <remarks>The first rows decide about the widths; a longer value further down pushes its own line only.</remarks>
internal sealed class TableRowWriter : IRowWriter
{
    private const int MeasuredRowsMax = 10_000;
    private const string Null = "NULL";
    private const string Separator = " | ";

    private readonly ByteSink _sink;
    private readonly int? _widthMax;
    private readonly long _rowsMax;
    private readonly List<string[]> _measured = [];
    private string[] _names = [];
    private bool[] _areNumbers = [];
    private bool[] _canBeCut = [];
    private TableLayout? _layout;

    /// <param name="stream">Where to.</param>
    /// <param name="widthMax">Cells of the terminal's line; null for no limit.</param>
    /// <param name="rowsMax">More rows are counted as left out.</param>
    internal TableRowWriter(Stream stream, int? widthMax = null, long rowsMax = long.MaxValue)
    {
        _sink = new ByteSink(stream);
        _widthMax = widthMax;
        _rowsMax = rowsMax;
    }

    /// <summary>Rows that were shown.</summary>
    internal long RowsShown { get; private set; }

    /// <summary>Whether there were more rows.</summary>
    internal bool LeftRowsOut { get; private set; }

    /// <summary>Columns that did not fit.</summary>
    internal int ColumnsLeftOut => _layout?.ColumnsLeftOut ?? 0;

    public void Begin(IReadOnlyList<DuckDbColumn> columns)
    {
        (_names, _areNumbers, _canBeCut) = (new string[columns.Count], new bool[columns.Count], new bool[columns.Count]);
        for (var column = 0; column < columns.Count; column++)
        {
            var type = columns[column].Type;
            _names[column] = TerminalText.Visible(columns[column].Name);
            _areNumbers[column] = type.IsNumber();
            _canBeCut[column] = !type.IsNumber() && !type.IsTime();
        }
    }

    public bool Write(DuckDbChunk chunk)
    {
        for (var row = 0; row < chunk.RowCount; row++)
        {
            if (RowsShown == _rowsMax)
            {
                LeftRowsOut = true;
                return false;
            }

            var cells = new string[chunk.ColumnCount];
            for (var index = 0; index < cells.Length; index++) cells[index] = ValueText.Of(chunk.Column(index), row) is { } text ? TerminalText.Visible(text) : Null;
            RowsShown++;
            if (_layout is not null) WriteLine(cells, ' ', Separator);
            else _measured.Add(cells);
        }

        if (_layout is null && _measured.Count >= MeasuredRowsMax) WriteMeasured();
        _sink.FlushWhenFull();
        return true;
    }

    public void End()
    {
        if (_layout is null) WriteMeasured();
        _sink.Flush();
    }

    private void WriteMeasured()
    {
        _layout = TableLayout.Of(_names, _measured, _canBeCut, _widthMax);
        WriteLine(_names, ' ', Separator);
        WriteLine(Enumerable.Repeat("", _names.Length).ToArray(), '-', "-+-");
        foreach (var cells in _measured) WriteLine(cells, ' ', Separator);
        _measured.Clear();
    }

    private void WriteLine(string[] cells, char filler, string separator)
    {
        for (var position = 0; position < _layout!.Shown.Count; position++)
        {
            if (position > 0) _sink.Buffer.Append(separator);
            var column = _layout.Shown[position];
            var isLast = position == _layout.Shown.Count - 1;
            if (column < 0) _sink.Buffer.Append(filler == ' ' ? "…" : "-");
            else AppendCell(cells[column], _layout.Widths[column], _areNumbers[column], filler, isLast);
        }

        _sink.Buffer.Append('\n');
    }

    private void AppendCell(string cell, int width, bool isRight, char filler, bool isLast)
    {
        var text = _widthMax is null ? cell : TerminalText.Fit(cell, width);
        var space = Math.Max(0, width - TerminalText.Width(text));
        if (isRight) Fill(space, filler);
        _sink.Buffer.Append(text);
        if (!isRight && (!isLast || filler != ' ')) Fill(space, filler);
    }

    private void Fill(int count, char filler)
    {
        for (; count > 0; count--) _sink.Buffer.Append(filler);
    }
}
