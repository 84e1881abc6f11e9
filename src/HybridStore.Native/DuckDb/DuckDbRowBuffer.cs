namespace HybridStore.Native.DuckDb;

/// <summary>Rows of a result that are kept in memory, and given out in any order, up to 2,048 at a time.</summary>
/// <remarks>Its memory is used again after <see cref="Begin"/>: for results of the same columns.</remarks>
public sealed class DuckDbRowBuffer : DuckDbRows, IDisposable
{
    /// <summary>Rows of a chunk.</summary>
    public const int GivenRowsMax = 2048;

    /// <summary>Memory that a value takes at most, its absence included; texts of more than 12 bytes take theirs besides.</summary>
    public const int ValueBytesMax = 17;

    private KeptColumn[] _kept = [];

    /// <summary>How many rows are kept; they are numbered from 0.</summary>
    public int KeptRowCount { get; private set; }

    /// <summary>Forgets the rows.</summary>
    /// <param name="columns">Those of the rows to come: numbers, times, truths and texts. They belong to their result.</param>
    /// <param name="rowCount">How many rows are expected: more take their room as they come, twice over.</param>
    /// <exception cref="ArgumentException">A column has a type of parts.</exception>
    public void Begin(IReadOnlyList<DuckDbColumn> columns, int rowCount)
    {
        (KeptRowCount, RowCount) = (0, 0);
        SetColumns([.. columns]);
        if (_kept.Length == 0) _kept = [.. columns.Select(column => new KeptColumn(column.Type))];
        else if (_kept.Length != columns.Count) throw new ArgumentException($"The rows had {_kept.Length} columns, not {columns.Count}.", nameof(columns));
        foreach (var column in _kept) column.Begin(rowCount);
    }

    /// <summary>Keeps rows of a result's chunk, of its first columns.</summary>
    /// <param name="result">Where the chunk is.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chunk has not so many rows.</exception>
    public void Keep(DuckDbResult result, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, result.Chunk.RowCount, nameof(count));
        for (var column = 0; column < _kept.Length; column++) _kept[column].Keep(KeptRowCount, result.Addresses[column], first, count);
        KeptRowCount += count;
    }

    /// <summary>A column's values of all rows that are kept; where a value is absent, the element means nothing.</summary>
    /// <typeparam name="T">The type that the column's <see cref="DuckDbTypeInfo.StorageId"/> is stored as.</typeparam>
    /// <param name="column">From 0.</param>
    /// <returns>Valid until more rows are kept.</returns>
    /// <exception cref="InvalidOperationException">The column's values have another size.</exception>
    public ReadOnlySpan<T> KeptValues<T>(int column)
        where T : unmanaged => _kept[column].Values<T>(KeptRowCount);

    /// <summary>Makes some of the kept rows the chunk.</summary>
    /// <param name="rows">Their numbers, 1 to 2,048 of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are too many, or one of them is not kept.</exception>
    public void Give(ReadOnlySpan<int> rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Length, GivenRowsMax, nameof(rows));
        foreach (var row in rows) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)KeptRowCount, nameof(rows));
        for (var column = 0; column < _kept.Length; column++) Addresses[column] = _kept[column].Give(rows);
        RowCount = rows.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        RowCount = 0;
        foreach (var column in _kept) column.Dispose();
        _kept = [];
    }
}
