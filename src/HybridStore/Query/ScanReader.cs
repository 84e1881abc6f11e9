using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>Rows of several symbols in one order of time, run by run, in DuckDB's own memory.</summary>
/// <remarks>
/// A run is as many rows of one symbol as come before the next symbol's turn; with one symbol it is a chunk of up to 2,048 rows.
/// Rows of equal time come in the order of the symbols asked for, and within a symbol as stored. Spans are valid until the next
/// <see cref="Read"/>. Not thread-safe; several readers of one engine may be read by several threads.
/// </remarks>
public sealed class ScanReader : IDisposable
{
    private readonly IReadOnlyList<string> _symbols;
    private readonly ScanStream[] _streams;
    private readonly PriorityQueue<int, (long TimeUs, int Symbol)> _others = new();
    private int _current = -1;

    internal ScanReader(IReadOnlyList<string> symbols, ScanStream[] streams)
    {
        _symbols = symbols;
        _streams = streams;
        for (var index = 0; index < streams.Length; index++) Enqueue(index);
    }

    /// <summary>Which of the symbols asked for the run is of.</summary>
    public int SymbolIndex => _current >= 0 ? _current : throw new InvalidOperationException("Read returned false, or was not called.");

    /// <summary>The run's symbol.</summary>
    public string Symbol => _symbols[SymbolIndex];

    /// <summary>Rows in the run, at least 1.</summary>
    public int RowCount => _streams[SymbolIndex].RunLength;

    /// <summary>Times of the run's rows: microseconds since 1970-01-01, local to the dataset's zone or UTC, as its time column is.</summary>
    public ReadOnlySpan<long> TimesUs => Values<long>(-1);

    /// <summary>Moves to the next run.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="StoreException">CorruptStore: a file is damaged or missing. Environment: out of memory.</exception>
    /// <exception cref="OperationCanceledException">The token given to the scan was cancelled.</exception>
    public bool Read()
    {
        if (_current >= 0)
        {
            _streams[_current].SkipRun();
            Enqueue(_current);
            _current = -1;
        }

        if (!_others.TryDequeue(out var next, out _)) return false;
        _current = next;
        // Up to, and at equal times including, the rows that come before the next symbol's first.
        var untilUs = _others.TryPeek(out var rival, out var turn) ? turn.TimeUs : long.MaxValue;
        _streams[next].TakeRun(untilUs, includesEqual: next < rival || untilUs == long.MaxValue);
        return true;
    }

    /// <summary>A column's values; where a value is absent, the element means nothing.</summary>
    /// <typeparam name="T">What the column's type is stored as: double, long, int for a date, bool.</typeparam>
    /// <param name="column">Index among the columns asked for.</param>
    /// <exception cref="InvalidOperationException">The column is stored as something of another size.</exception>
    public ReadOnlySpan<T> Values<T>(int column)
        where T : unmanaged
    {
        var stream = _streams[SymbolIndex];
        return Vector(column).Values<T>().Slice(stream.Row, stream.RunLength);
    }

    /// <summary>Whether a value is absent.</summary>
    /// <param name="column">Index among the columns asked for.</param>
    /// <param name="row">0 to <see cref="RowCount"/> - 1.</param>
    public bool IsNull(int column, int row) => Vector(column).IsNull(_streams[SymbolIndex].Row + row);

    /// <summary>A text's UTF-8.</summary>
    /// <param name="column">Index among the columns asked for.</param>
    /// <param name="row">0 to <see cref="RowCount"/> - 1, not null.</param>
    public ReadOnlySpan<byte> Bytes(int column, int row) => Vector(column).Bytes(_streams[SymbolIndex].Row + row);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stream in _streams) stream.Dispose();
    }

    private DuckDbVector Vector(int column) => _streams[SymbolIndex].Chunk.Column(column + 1);

    private void Enqueue(int index)
    {
        if (_streams[index].TryMoveToRow()) _others.Enqueue(index, (_streams[index].TimeUs, index));
    }
}
