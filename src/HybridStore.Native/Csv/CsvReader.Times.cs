using HybridStore.Native.Csv.Structure;
using HybridStore.Native.Csv.Values;

namespace HybridStore.Native.Csv;

/// <content>Times of a zone's clocks, which become instants once their row's symbol is known.</content>
public sealed unsafe partial class CsvReader
{
    private void ReadLocalTimes(in RecordRun run, CsvBatch batch, LocalClock clock, CsvLocalTimes local)
    {
        var times = batch.Values<long>(local.Column);
        var countsHours = batch.Columns[local.Column].IsHourEnding;
        for (var row = run.BatchRow; row < batch.RowCount; row++)
        {
            if (_bad.Next(row, row + 1) == row || batch.IsNull(local.Column, row)) continue;
            var reason = countsHours
                ? clock.ToHour(times[row], out times[row])
                : clock.ToInstant(times[row], batch.Bytes(local.SymbolColumn, row), out times[row]);
            if (reason != CsvRejectReason.None) _bad.Add(row, FieldOf(local.Column), reason);
        }
    }

    private void CheckTimes(in RecordRun run, CsvBatch batch, CsvTimeBounds bounds)
    {
        var times = batch.Values<long>(bounds.Column);
        for (var row = run.BatchRow; row < batch.RowCount; row++)
        {
            if (times[row] >= bounds.FirstUs && times[row] < bounds.EndUs) continue;
            if (_bad.Next(row, row + 1) == row || batch.IsNull(bounds.Column, row)) continue;
            _bad.Add(row, FieldOf(bounds.Column), CsvRejectReason.OutOfRange);
        }
    }

    /// <summary>The field that tells a column's value, or the last of several.</summary>
    private int FieldOf(int column) => column < _columns.Length ? column : _options.Composed[column - _columns.Length].Parts.Max(part => part.Field);
}
