using HybridStore.Native.Csv.Structure;
using HybridStore.Native.Csv.Values;

namespace HybridStore.Native.Csv;

/// <summary>Reads CSV records into columns of typed values, and tells every row that cannot be stored.</summary>
/// <remarks>
/// Every byte of the input belongs to the lines before the data, to one row, or to a blank or comment line. A row is stored as what its
/// text says, or rejected. A record that is not well formed costs its first line: reading goes on at the next. Not thread-safe.
/// </remarks>
public sealed unsafe partial class CsvReader : IDisposable
{
    private const int RunRowsMax = 2048;
    private const int RunMarksMax = 1 << 20;

    private readonly CsvDialect _dialect;
    private readonly CsvColumnSpec[] _columns;
    private readonly CsvReaderOptions _options;
    private readonly Action<CsvReject> _onReject;
    private readonly InputWindow _window;
    private readonly RecordIndex _index;
    private readonly RecordSplitter _splitter;
    private readonly ColumnParser[] _parsers;
    private readonly BadRows _bad = new();
    private readonly int[] _requiredColumns;
    private readonly bool[] _isFilterColumn;
    private readonly int _runRowsMax;
    private readonly LocalClock? _clock;
    private bool _isStarted;
    private bool _isDisposed;

    /// <summary>Makes a reader.</summary>
    /// <param name="input">Disposed with the reader.</param>
    /// <param name="dialect">How the input is spelled.</param>
    /// <param name="columns">One for every field of a record, in the input's order; records with another number are rejected.</param>
    /// <param name="onReject">Told of every row that is not stored, in their order, while <see cref="Read"/> runs; what it throws ends the read.</param>
    /// <param name="options">Where the input starts, and limits.</param>
    public CsvReader(ICsvInput input, CsvDialect dialect, IReadOnlyList<CsvColumnSpec> columns, Action<CsvReject> onReject, CsvReaderOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count);
        _dialect = dialect;
        _columns = [.. columns];
        _options = options ?? new CsvReaderOptions();
        _onReject = onReject;
        _window = new InputWindow(input, _options.BufferBytes, _options.RecordBytesMax);
        var simd = CsvSimdSupport.Choose(_options.Simd);
        _runRowsMax = Math.Clamp(RunMarksMax / _columns.Length, 1, RunRowsMax);
        _index = new RecordIndex(_window, dialect, simd, _columns.Length, _runRowsMax);
        _splitter = new RecordSplitter(dialect);
        _parsers =
        [
            .. _columns.Select((spec, column) => ColumnParser.Create(column, spec, dialect, simd)),
            .. _options.Composed.Select((composed, index) => new ComposedParser(new ColumnContext(_columns.Length + index, composed.Spec, dialect, simd), composed)),
        ];
        _checkers = _options.Filter is null ? [] : [.. _parsers.Select((_, column) => column < _columns.Length ? new CheckParser(new ColumnContext(column, _columns[column], dialect, simd)) : null)];
        _isFilterColumn = [.. Enumerable.Range(0, _parsers.Length).Select(column => _options.Filter?.Columns.Contains(column) == true)];
        _toldSpecs = [.. _columns.Select((spec, column) => _options.Composed.FirstOrDefault(composed => composed.Parts.Any(part => part.Field == column))?.Spec ?? spec)];
        _clock = _options.LocalTimes is { } times ? new LocalClock(times.Zone) : null;
        _splitMarks = new int[_columns.Length];
        _requiredColumns = [.. Enumerable.Range(0, _columns.Length).Where(column => _columns[column] is { IsRequired: true, Kind: not CsvValueKind.Skip })];
    }

    /// <summary>Rows read so far: stored, rejected or filtered.</summary>
    public long RowCount { get; private set; }

    /// <summary>Rows rejected so far.</summary>
    public long RejectCount { get; private set; }

    /// <summary>Lines without a byte, which are no rows. In a file of one column they are: rows without a value.</summary>
    public long BlankLineCount { get; private set; }

    /// <summary>Lines that begin with the comment mark.</summary>
    public long CommentLineCount { get; private set; }

    /// <summary>Lines read so far: those of rows, blank lines, comments, and those before the first record.</summary>
    public long LinesRead { get; private set; }

    /// <summary>Bytes of the input that belong to <see cref="LinesRead"/>; at the end, all of the input.</summary>
    public long BytesRead => _window.Offset + _index.RecordStart - (_window.HasAddedLineFeed && _index.RecordStart == _window.End ? 1 : 0);

    /// <summary>Whether the input ended without a line feed behind its last record.</summary>
    public bool EndsOpen => _window.HasAddedLineFeed;

    /// <summary>Bytes before the first row: byte order mark, skipped lines and header. 0 before the first read.</summary>
    public long PreambleByteCount { get; private set; }

    /// <summary>Reads the next rows.</summary>
    /// <param name="batch">Made for the same columns and the composed ones behind them; what it held is gone.</param>
    /// <returns>False at the end: the batch is empty.</returns>
    /// <exception cref="IOException">The input refused.</exception>
    /// <exception cref="InvalidDataException">The input is damaged, or a line before the first record is too long.</exception>
    public bool Read(CsvBatch batch)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ReadPreamble();
        batch.Reset();
        _bad.Resize(batch.RowsMax);
        foreach (var parser in _parsers) parser.Attach(batch);
        // With a filter the last free rows would be filled by ever shorter runs.
        var rowsEnough = _options.Filter is null ? batch.RowsMax : batch.RowsMax / 4 * 3;
        while (batch.RowCount < rowsEnough)
        {
            var rowCount = _index.Fill(Math.Min(_runRowsMax, batch.RowsMax - batch.RowCount));
            if (rowCount == 0 && IsAtEnd()) break;
            if (rowCount == 0 || ParseRun(batch, rowCount) < rowCount) PassOddLine();
        }

        return batch.RowCount > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _index.Dispose();
        _window.Dispose();
    }

    /// <summary>Reads the next indexed records, up to the first of another shape.</summary>
    /// <returns>How many had the right shape.</returns>
    private int ParseRun(CsvBatch batch, int rowCount)
    {
        var run = new RecordRun
        {
            Data = _window.Data,
            Marks = _index.Marks,
            Count = rowCount,
            ColumnCount = _columns.Length,
            Delimiter = _dialect.Delimiter,
            BatchRow = batch.RowCount,
        };
        run = run with { Count = RowsBeforeComment(run) };
        if (_options.Filter is { } filter)
        {
            run = ParseFiltered(run, batch, filter);
        }
        else
        {
            // Each column looks only at the records that the ones before it found well formed.
            foreach (var parser in _parsers) run = Shorten(run, parser.Parse(run, _bad));
        }

        var end = run.Marks[run.Count * run.ColumnCount] + 1;
        var start = run.Marks[0] + 1;
        batch.RowCount += run.Count;
        if (run.Count < rowCount) batch.MarkPresentFrom(batch.RowCount);
        // First: what nobody wants is neither missing nor wrong.
        if (_options.Filter is not null) MarkUnwantedAsBad(run);
        foreach (var column in _requiredColumns) MarkMissing(run, batch, column);
        if (_clock is not null) ReadLocalTimes(run, batch, _clock, _options.LocalTimes!);
        if (_options.TimeBounds is { } bounds) CheckTimes(run, batch, bounds);
        if (_bad.Any) RejectBadRows(run, batch);
        RowCount += run.Count;
        LinesRead += _index.MayHaveLineBreaks ? _window.Span(start, end).Count((byte)'\n') : run.Count;
        _index.Advance(run.Count);
        return run.Count;
    }

    private void MarkMissing(in RecordRun run, CsvBatch batch, int column)
    {
        var mask = batch.ValidityMask(column);
        for (var row = run.BatchRow; row < batch.RowCount; row++)
        {
            // Nearly always the whole word of 64 rows is present.
            if (mask[row >> 6] == ulong.MaxValue) row |= 63;
            else if (batch.IsNull(column, row)) _bad.Add(row, column, CsvRejectReason.Missing);
        }
    }

    private int RowsBeforeComment(in RecordRun run)
    {
        if (_dialect.Comment is not { } comment) return run.Count;
        for (var record = 0; record < run.Count; record++)
        {
            if (run.Data[run.Marks[record * run.ColumnCount] + 1] == comment) return record;
        }

        return run.Count;
    }
}
