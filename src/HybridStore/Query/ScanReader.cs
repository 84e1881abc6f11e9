using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>Rows of symbols in order of time, run by run, in DuckDB's own memory or, where many symbols are merged, in the reader's.</summary>
/// <remarks>
/// A run is rows of one symbol: symbol after symbol, or with one symbol, a chunk of up to 2,048 rows; in one order of time, as many as come before
/// the next symbol's turn. More than 64 symbols, or more than 4 of files that hold many, are read period by period (a day, month or year, as the layout is): a period of up to 1 GiB, or
/// a quarter of the session's memory limit, is kept and sorted here; DuckDB sorts a larger one, on the disk if it must. Spans are valid until the next <see cref="Read"/>. Not thread-safe; several readers may be read by several threads.
/// </remarks>
public sealed class ScanReader : IDisposable
{
    private readonly IReadOnlyList<string> _symbols;
    private readonly IEnumerator<IReadOnlyList<ScanStream>> _rounds;
    private readonly RowSorter _sorter;
    private readonly IDisposable? _owned;
    private IReadOnlyList<ScanStream> _streams = [];
    private MergeHeap _heap = new(capacity: 0);
    private ScanStream? _current;

    /// <param name="symbols">Those asked for.</param>
    /// <param name="rounds">Opens streams that are merged; each round's rows come before the next one's.</param>
    /// <param name="sorter">What the streams of several symbols use, one after the other.</param>
    /// <param name="owned">What goes with this reader.</param>
    internal ScanReader(IReadOnlyList<string> symbols, IEnumerable<IReadOnlyList<ScanStream>> rounds, RowSorter sorter, IDisposable? owned)
    {
        _symbols = symbols;
        _rounds = rounds.GetEnumerator();
        _sorter = sorter;
        _owned = owned;
    }

    /// <summary>The symbols asked for.</summary>
    public IReadOnlyList<string> Symbols => _symbols;

    /// <summary>Which of the symbols asked for the run is of.</summary>
    public int SymbolIndex => Current.SymbolIndex;

    /// <summary>The run's symbol.</summary>
    public string Symbol => _symbols[SymbolIndex];

    /// <summary>Rows in the run, at least 1.</summary>
    public int RowCount => Current.RunLength;

    /// <summary>Times of the run's rows: microseconds since 1970-01-01, local to the dataset's zone or UTC, as its time column is.</summary>
    public ReadOnlySpan<long> TimesUs => Values<long>(-1);

    internal QueryReader Rows => Current.Reader;

    internal int FirstRow => Current.Row;

    private ScanStream Current => _current ?? throw new InvalidOperationException("Read returned false, or was not called.");

    /// <summary>Moves to the next run.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="StoreException">CorruptStore: a file is damaged or missing. Environment: out of memory.</exception>
    /// <exception cref="OperationCanceledException">The token given to the scan was cancelled.</exception>
    public bool Read()
    {
        if (_current is not null) FinishRun(_current);
        while (_heap.Count == 0)
        {
            if (!OpenRound()) return false;
        }

        var next = _streams[_heap.First];
        next.TakeRun(_heap.Limit(out var includesEqual), includesEqual);
        _current = next;
        return true;
    }

    /// <summary>A column's values; where a value is absent, the element means nothing.</summary>
    /// <typeparam name="T">What the column's type is stored as: double, long, int for a date, bool.</typeparam>
    /// <param name="column">Index among the columns asked for.</param>
    /// <exception cref="InvalidOperationException">The column is stored as something of another size.</exception>
    public ReadOnlySpan<T> Values<T>(int column)
        where T : unmanaged
    {
        var stream = Current;
        return Vector(column).Values<T>().Slice(stream.Row, stream.RunLength);
    }

    /// <summary>False when every value of the run is present: then <see cref="IsNull"/> need not be asked.</summary>
    /// <param name="column">Index among the columns asked for.</param>
    public bool MayHaveNulls(int column) => Vector(column).MayHaveNulls;

    /// <summary>Whether a value is absent.</summary>
    /// <param name="column">Index among the columns asked for.</param>
    /// <param name="row">0 to <see cref="RowCount"/> - 1.</param>
    public bool IsNull(int column, int row) => Vector(column).IsNull(Current.Row + row);

    /// <summary>A text's UTF-8.</summary>
    /// <param name="column">Index among the columns asked for.</param>
    /// <param name="row">0 to <see cref="RowCount"/> - 1, not null.</param>
    public ReadOnlySpan<byte> Bytes(int column, int row) => Vector(column).Bytes(Current.Row + row);

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseRound();
        _rounds.Dispose();
        _sorter.Dispose();
        _owned?.Dispose();
    }

    private DuckDbVector Vector(int column) => Current.Reader.Chunk.Column(column + 1);

    private void FinishRun(ScanStream stream)
    {
        _current = null;
        stream.SkipRun();
        if (stream.TryMoveToRow()) _heap.ReplaceFirst(stream.TimeUs);
        else _heap.RemoveFirst();
    }

    private bool OpenRound()
    {
        CloseRound();
        if (!_rounds.MoveNext()) return false;
        _streams = _rounds.Current;
        _heap = new MergeHeap(_streams.Count);
        for (var index = 0; index < _streams.Count; index++)
        {
            if (_streams[index].TryMoveToRow()) _heap.Add(_streams[index].TimeUs, index);
        }

        return true;
    }

    private void CloseRound()
    {
        foreach (var stream in _streams) stream.Dispose();
        _streams = [];
    }
}
