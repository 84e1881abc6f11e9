namespace HybridStore.Native.Csv;

/// <summary>Tells which rows nobody wants, from a few of their columns: the others are then not read for them.</summary>
/// <param name="columns">The columns that the decision needs; none of them is skipped or ignored.</param>
/// <param name="mark">Sets a bit for each row of the batch, from the second to the third argument (exclusive), that is not wanted.</param>
/// <remarks>Called by the reader's thread. Rows whose value in one of the columns cannot be stored are rejected, whatever the filter says.</remarks>
public sealed class CsvRowFilter(IReadOnlyList<int> columns, CsvRowFilter.Marker mark)
{
    /// <summary>Marks unwanted rows.</summary>
    /// <param name="batch">Holds the values of the filter's columns.</param>
    /// <param name="from">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    /// <param name="isUnwanted">One bit a row of the batch: rows whose bit is set already must not be looked at, because their values mean nothing.</param>
    public delegate void Marker(CsvBatch batch, int from, int end, Span<ulong> isUnwanted);

    /// <summary>The columns that the decision needs.</summary>
    public IReadOnlyList<int> Columns { get; } = columns;

    internal void Mark(CsvBatch batch, int from, int end, Span<ulong> isUnwanted) => mark(batch, from, end, isUnwanted);
}
