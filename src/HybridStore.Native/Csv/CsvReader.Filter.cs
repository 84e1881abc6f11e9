using HybridStore.Native.Csv.Structure;
using HybridStore.Native.Csv.Values;

namespace HybridStore.Native.Csv;

/// <content>Rows that nobody wants: only their shape is looked at.</content>
public sealed unsafe partial class CsvReader
{
    private readonly CheckParser?[] _checkers;
    private ulong[] _unwanted = [];

    /// <summary>Rows left out so far because the filter did not want them.</summary>
    public long FilteredCount { get; private set; }

    /// <summary>Reads the filter's columns of a run, then the others of the rows that it wants.</summary>
    /// <returns>The run, up to the first record of another shape.</returns>
    private RecordRun ParseFiltered(RecordRun run, CsvBatch batch, CsvRowFilter filter)
    {
        foreach (var column in filter.Columns) run = Shorten(run, _parsers[column].Parse(run, _bad));
        var end = run.BatchRow + run.Count;
        if (_unwanted.Length < (batch.RowsMax + 63) / 64) _unwanted = new ulong[(batch.RowsMax + 63) / 64];
        Array.Clear(_unwanted);
        for (var row = _bad.Next(run.BatchRow, end); row < end; row = _bad.Next(row + 1, end)) _unwanted[row >> 6] |= 1UL << (row & 63);
        batch.RowCount = end;
        filter.Mark(batch, run.BatchRow, end, _unwanted);
        batch.RowCount = run.BatchRow;
        for (var row = _bad.Next(run.BatchRow, end); row < end; row = _bad.Next(row + 1, end)) _unwanted[row >> 6] &= ~(1UL << (row & 63));
        for (var record = 0; record < run.Count;)
        {
            var isUnwanted = IsUnwanted(run.BatchRow + record);
            var next = record + 1;
            while (next < run.Count && IsUnwanted(run.BatchRow + next) == isUnwanted) next++;
            var segment = run with { Marks = run.Marks + (nint)record * run.ColumnCount, Count = next - record, BatchRow = run.BatchRow + record };
            for (var column = 0; column < _parsers.Length; column++)
            {
                // A composed column has no field of its own that could be malformed.
                if (!_isFilterColumn[column] && (isUnwanted ? _checkers[column] : _parsers[column]) is { } parser) segment = Shorten(segment, parser.Parse(segment, _bad));
            }

            if (segment.Count < next - record) run = run with { Count = record + segment.Count };
            record = next;
        }

        return run;
    }

    /// <summary>Takes the unwanted rows of a run out of the batch, and out of sight of what is told of bad ones.</summary>
    private void MarkUnwantedAsBad(in RecordRun run)
    {
        var end = run.BatchRow + run.Count;
        for (var row = run.BatchRow; row < end; row++)
        {
            if (_unwanted[row >> 6] == 0) row |= 63;
            else if (IsUnwanted(row))
            {
                FilteredCount++;
                _bad.Add(row, -1, CsvRejectReason.None);
            }
        }
    }

    private static RecordRun Shorten(in RecordRun run, int count) => count < run.Count ? run with { Count = count } : run;

    private bool IsUnwanted(int row) => (_unwanted[row >> 6] >> (row & 63) & 1) != 0;
}
