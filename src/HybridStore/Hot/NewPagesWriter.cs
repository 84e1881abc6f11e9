using HybridStore.Native.Postgres;

namespace HybridStore.Hot;

/// <summary>Makes the leaf of a day that is not hot, and writes the pages of its table itself.</summary>
/// <remarks>
/// The server does what only it can: it makes the table and indexes it, looks at a sample of all its pages for its statistics, attaches it, and commits. COPY
/// (FREEZE) would leave the same bytes, for several times the time.
/// </remarks>
/// <param name="work">Which.</param>
/// <param name="withSymbolAlias">Whether the leaf has the alias of the symbol.</param>
/// <param name="place">The server's files.</param>
internal sealed class NewPagesWriter(LeafWork work, bool withSymbolAlias, HeapPlace place) : LeafWriter(work)
{
    private const int DiskFullError = 28;
    private readonly LeafConstants _constants = LeafConstants.None(work.Layout);
    private long _rowCount;

    /// <inheritdoc/>
    /// <exception cref="StoreException">Environment: the disk is full, or failed.</exception>
    internal override async Task<SymbolTotals> FillAsync(IReadOnlyList<SymbolDay> days, Action<long> sent, CancellationToken cancellationToken)
    {
        await ExecuteAsync(HotTableSql.CreateProvenLeaf(_constants, Leaf, withSymbolAlias, Date), cancellationToken).ConfigureAwait(false);
        _rowCount = days.Sum(day => day.RowCount);
        try
        {
            if (await TryWriteAsync(days, sent, cancellationToken).ConfigureAwait(false) is { } totals) return totals;
        }
        catch (IOException e)
        {
            throw new StoreException(
                StoreErrorKind.Environment,
                $"{Layout.Table} on {Date:O}: its rows could not be written to the files of Postgres: {e.Message} {(e.HResult == DiskFullError ? "Free space there" : "Run the command again when the cause is gone")}; nothing of the day was loaded.",
                e);
        }

        // COPY (FREEZE) wants a table that is new in the transaction, or emptied.
        await ExecuteAsync(HotTableSql.Truncate(Leaf), cancellationToken).ConfigureAwait(false);
        return await CopyAsync(days, _constants, isNew: true, sent, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    internal override async Task AttachAsync(CancellationToken cancellationToken)
    {
        // Autovacuum looks where backends inserted rows.
        await ExecuteAsync(HotTableSql.Analyze(Leaf, _rowCount), cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(HotTableSql.AttachProven(Layout.Table, Leaf, Date), cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Null when the rows have to go by COPY: the files are another's, or a row is so long that Postgres stores it elsewhere.</returns>
    private async Task<SymbolTotals?> TryWriteAsync(IReadOnlyList<SymbolDay> days, Action<long> sent, CancellationToken cancellationToken)
    {
        var (path, transactionId) = (await Connection.ReadAsync(HotTableSql.FindHeap(Leaf), reader => (reader.GetString(0), reader.GetInt64(1)), cancellationToken).ConfigureAwait(false))[0];
        using var files = HeapFiles.TryOpen(Path.Combine(place.DataFolder, path), place.SegmentBytes, place.Owner);
        if (files is null) return null;
        using var rows = Open(days, _constants, cancellationToken);
        var heap = new PgHeapEncoder([.. Layout.LeafColumns.Select(column => column.CopyType)], unchecked((uint)transactionId), place.HasChecksums);
        var told = 0L;
        while (rows.Next() is { Length: > 0 } next)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!TryAdd(heap, next.Span, files))
            {
                sent(-told);
                return null;
            }

            sent(rows.RowCount - told);
            told = rows.RowCount;
        }

        heap.Finish();
        Write(heap, files);
        files.PutVisibilityMap(PgVisibilityMap.Make(heap.FirstBlock, place.HasChecksums));
        var seenBytes = (long)(await Connection.ScalarAsync(HotTableSql.HeapBytes(Leaf), cancellationToken).ConfigureAwait(false))!;
        if (seenBytes != files.LengthBytes) throw new IOException($"{path} has {files.LengthBytes} bytes, of which the server sees {seenBytes}.");
        files.HandOver();
        return Check(rows, days);
    }

    private static bool TryAdd(PgHeapEncoder heap, ReadOnlySpan<byte> rows, HeapFiles files)
    {
        while (true)
        {
            rows = rows[heap.Add(rows)..];
            if (!heap.IsFull) return rows.IsEmpty;
            Write(heap, files);
        }
    }

    private static void Write(PgHeapEncoder heap, HeapFiles files)
    {
        files.Append(heap.Pages);
        heap.Take();
    }
}
