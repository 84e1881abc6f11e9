using HybridStore.Lake;
using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Reads a source batch by batch and tells where its rows change partition.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class RowCursor : IDisposable
{
    private readonly CsvReader _reader;
    private readonly CsvBatch _batch;
    private readonly PartitionClock _clock;
    private readonly Partitioning _partitioning;
    private readonly ColumnKind _timeKind;
    private readonly int _symbolColumn;
    private readonly int _timeColumn;
    private readonly int[] _doubles;
    private readonly long[] _timesUs;
    private readonly PartitionKey[] _keys;
    private readonly Action<long> _onRowsRead;
    private readonly long _stopBytes;
    private bool _isUniform;
    private int _lastDay = int.MinValue;
    private int _lastPeriod;

    /// <param name="reader">Owned from now on. Its symbol and time columns have no missing values.</param>
    /// <param name="batch">Made for the reader's columns; owned from now on.</param>
    /// <param name="dataset">What the rows belong to.</param>
    /// <param name="sourceColumns">By the dataset's columns: the source's column, or -1 where it has none.</param>
    /// <param name="texts">Numbers the texts of each batch.</param>
    /// <param name="onRowsRead">Told how many rows were read, after each batch.</param>
    /// <param name="stopBytes">Once the reader has read so many bytes, no more batches follow.</param>
    internal RowCursor(CsvReader reader, CsvBatch batch, Dataset dataset, int[] sourceColumns, TextCodes texts, Action<long> onRowsRead, long stopBytes = long.MaxValue)
    {
        _reader = reader;
        _batch = batch;
        _timesUs = new long[batch.RowsMax];
        _keys = new PartitionKey[batch.RowsMax];
        _onRowsRead = onRowsRead;
        _stopBytes = stopBytes;
        SourceColumns = sourceColumns;
        _doubles = [.. texts.Layout.Doubles.Select(index => sourceColumns[index]).Where(column => column >= 0)];
        Texts = texts;
        _partitioning = dataset.Partitioning;
        _symbolColumn = sourceColumns[IndexOf(dataset, dataset.SymbolColumn)];
        _timeColumn = sourceColumns[IndexOf(dataset, dataset.TimeColumn)];
        _timeKind = dataset.Find(dataset.TimeColumn)!.Type.Kind;
        _clock = new PartitionClock(_timeKind, DatasetZone.Of(dataset));
    }

    /// <summary>The symbols seen so far.</summary>
    internal SymbolTable Symbols { get; } = new();

    /// <summary>The texts of the rows at hand, as numbers.</summary>
    internal TextCodes Texts { get; }

    /// <summary>By the dataset's columns: the batch's column, or -1.</summary>
    internal int[] SourceColumns { get; }

    /// <summary>The rows at hand.</summary>
    internal CsvBatch Batch => _batch;

    /// <summary>The times of the rows at hand, in microseconds (a date's midnight).</summary>
    internal ReadOnlySpan<long> TimesUs => _timesUs.AsSpan(0, _batch.RowCount);

    /// <summary>The next row of the batch.</summary>
    internal int Position { get; private set; }

    /// <summary>The earliest time of all rows so far; <see cref="long.MaxValue"/> before the first.</summary>
    internal long FirstTimeUs { get; private set; } = long.MaxValue;

    /// <summary>The latest time of all rows so far.</summary>
    internal long LastTimeUs { get; private set; } = long.MinValue;

    /// <summary>Whether a row at hand has a double that is -0.0.</summary>
    internal bool HasSignedZero { get; private set; }

    /// <summary>The partition of the next row.</summary>
    internal PartitionKey Key => KeyOf(Position);

    /// <summary>The partition of a row of the batch.</summary>
    internal PartitionKey KeyOf(int row) => _keys[_isUniform ? 0 : row];

    /// <summary>Makes sure that there is a next row.</summary>
    /// <returns>False at the end of the source, and where it is to stop.</returns>
    internal bool MoveToRow()
    {
        if (Position < _batch.RowCount) return true;
        if (_reader.BytesRead >= _stopBytes) return false;
        var before = _reader.RowCount;
        var found = _reader.Read(_batch);
        _onRowsRead(_reader.RowCount - before);
        Position = 0;
        if (!found) return false;
        ReadTimes();
        ReadKeys();
        Texts.Encode(_batch);
        HasSignedZero = _doubles.Any(column => SignedZeros.IsIn(_batch.Values<double>(column)[.._batch.RowCount]));
        return true;
    }

    /// <summary>Where the rows of the next row's partition end in this batch (exclusive).</summary>
    internal int FindRunEnd()
    {
        if (_isUniform) return _batch.RowCount;
        var end = Position + 1;
        while (end < _batch.RowCount && _keys[end] == _keys[Position]) end++;
        return end;
    }

    /// <summary>Moves past some rows.</summary>
    /// <param name="row">The new position.</param>
    internal void MoveTo(int row) => Position = row;

    public void Dispose()
    {
        _batch.Dispose();
        _reader.Dispose();
    }

    private static int IndexOf(Dataset dataset, string name)
    {
        for (var index = 0; index < dataset.Columns.Count; index++)
        {
            if (dataset.Columns[index].Name == name) return index;
        }

        throw new ArgumentException($"The dataset has no column '{name}'.", nameof(name));
    }

    private void ReadTimes()
    {
        if (_timeKind == ColumnKind.Date)
        {
            var days = _batch.Values<int>(_timeColumn);
            for (var row = 0; row < _batch.RowCount; row++) _timesUs[row] = days[row] * PartitionClock.MicrosecondsPerDay;
            return;
        }

        _batch.Values<long>(_timeColumn).CopyTo(_timesUs);
    }

    private void ReadKeys()
    {
        var (minimum, maximum) = (long.MaxValue, long.MinValue);
        foreach (var time in TimesUs)
        {
            minimum = Math.Min(minimum, time);
            maximum = Math.Max(maximum, time);
        }

        FirstTimeUs = Math.Min(FirstTimeUs, minimum);
        LastTimeUs = Math.Max(LastTimeUs, maximum);
        _isUniform = PeriodOf(minimum) == PeriodOf(maximum) && _batch.SameUntil(_symbolColumn, 0) == _batch.RowCount;
        var rows = _isUniform ? 1 : _batch.RowCount;
        for (var row = 0; row < rows; row++)
        {
            var symbol = Symbols.NumberOf(_batch.Values<UInt128>(_symbolColumn)[row], _batch.Bytes(_symbolColumn, row));
            _keys[row] = new PartitionKey(symbol, PeriodOf(_timesUs[row]));
        }
    }

    private int PeriodOf(long timeUs)
    {
        var day = _clock.DayOf(timeUs);
        if (day == _lastDay) return _lastPeriod;
        _lastDay = day;
        return _lastPeriod = EpochDay.Of(_partitioning.DaysOf(EpochDay.ToDate(day)).From);
    }
}
