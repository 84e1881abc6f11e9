using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>Loads symbols of one day into Postgres, in one transaction.</summary>
/// <param name="connection">Without a transaction; used by nobody else meanwhile.</param>
/// <param name="lake">Likewise.</param>
/// <param name="snapshot">The lake.</param>
/// <param name="layout">The table.</param>
/// <param name="serverVersion">Such as 180004.</param>
/// <param name="heap">The server's files, where this process writes large new leaves itself; null for COPY.</param>
/// <param name="turns">How long it may wait for locks on the table.</param>
/// <param name="time">The clock.</param>
internal sealed class HotDayLoader(
    NpgsqlConnection connection, DuckDbConnection lake, LakeSnapshot snapshot, HotLayout layout, int serverVersion, HeapPlace? heap, LockTurns turns, TimeProvider time)
{
    private readonly HotBooks _books = new(connection);
    private readonly LakeDayReader _lakeDays = new(snapshot, layout);

    private string Dataset => layout.Table;

    /// <summary>What a load did.</summary>
    /// <param name="RowCount">Rows loaded.</param>
    /// <param name="SymbolDays">Symbols loaded.</param>
    /// <param name="IndexSeconds">Seconds of building the index.</param>
    internal readonly record struct Outcome(long RowCount, int SymbolDays, double IndexSeconds);

    /// <summary>Loads; all of it or nothing.</summary>
    /// <param name="request">What.</param>
    /// <param name="sent">Told the rows that went out since it was last called.</param>
    /// <param name="cancellationToken">Stops; then nothing was loaded.</param>
    internal async Task<Outcome> LoadAsync(DayRequest request, Action<long> sent, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        await _books.LockDayAsync(Dataset, request.Date, cancellationToken).ConfigureAwait(false);
        // For what a user's CREATE INDEX or VACUUM holds; another hybrid at the same day has been waited for without a limit.
        await connection.ExecuteAsync(HotTableSql.LockTimeout(turns.Limit), cancellationToken).ConfigureAwait(false);
        // Another load may have done it while this one waited for the lock.
        var hot = await _books.ReadAsync(Dataset, new(request.Date, request.Date), symbols: null, cancellationToken).ConfigureAwait(false);
        var days = request.SymbolDays.Where(day => !hot.TryGetValue((day.Symbol, day.Date), out var found) || found.Fingerprint != day.Fingerprint).ToList();
        var existing = await _books.FindDayAsync(Dataset, request.Date, cancellationToken).ConfigureAwait(false);
        await SettleMovedAsync(request, days, hot, cancellationToken).ConfigureAwait(false);
        var wholeDay = WholeDayFingerprint(request, hot);
        if (days.Count == 0)
        {
            if (existing is { } there && wholeDay is not null)
            {
                await _books.PutDayAsync(Dataset, request.Date, there.Leaf, there.Index, wholeDay, cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return default;
        }

        if (existing is null) await _books.DeleteDayAsync(Dataset, request.Date, cancellationToken).ConfigureAwait(false);
        var leaf = existing?.Leaf ?? layout.Leaf(request.Date);
        var writer = ChooseWriter(request.Date, leaf, isHot: existing is not null, days);
        var totals = await writer.FillAsync(days, sent, cancellationToken).ConfigureAwait(false);
        var symbols = days.Select(day => day.Symbol).ToHashSet(StringComparer.Ordinal);
        var hasOthers = hot.Keys.Any(key => !symbols.Contains(key.Symbol));
        var begin = time.GetTimestamp();
        var index = await IndexAsync(leaf, existing?.Index, request.Index, hasOthers || days.Count > 1, cancellationToken).ConfigureAwait(false);
        var indexSeconds = time.GetElapsedTime(begin).TotalSeconds;
        await writer.AttachAsync(cancellationToken).ConfigureAwait(false);
        await _books.PutDayAsync(Dataset, request.Date, leaf, index, wholeDay, cancellationToken).ConfigureAwait(false);
        var loaded = days.Select(day => (day, totals[day.Symbol].Checksum, hot.TryGetValue((day.Symbol, day.Date), out var before) ? before.Hold.Longer(request.Hold) : request.Hold));
        await _books.PutAsync(Dataset, request.Date, time.GetUtcNow(), [.. loaded], cancellationToken).ConfigureAwait(false);
        // Last, since readers of the day wait from here to the commit.
        if (existing?.Index == LeafIndex.Time && index == LeafIndex.SymbolTime) await DropIndexAsync(transaction, leaf, LeafIndex.Time, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new Outcome(days.Sum(day => day.RowCount), days.Count, indexSeconds);
    }

    /// <summary>
    /// The fingerprint of the day's files, unless Postgres still has a symbol of the day that they have not: a sync has to look at that day
    /// again, and evicts the symbol.
    /// </summary>
    private static long? WholeDayFingerprint(DayRequest request, Dictionary<(string Symbol, DateOnly Date), HotSymbolDay> hot)
    {
        var symbols = request.SymbolDays.Select(day => day.Symbol).ToHashSet(StringComparer.Ordinal);
        return hot.Keys.All(key => symbols.Contains(key.Symbol)) ? request.WholeDayFingerprint : null;
    }

    /// <summary>Writes down what has only moved to other files, and takes it out of what is to be loaded.</summary>
    private async Task SettleMovedAsync(DayRequest request, List<SymbolDay> days, Dictionary<(string Symbol, DateOnly Date), HotSymbolDay> hot, CancellationToken cancellationToken)
    {
        var moved = FindMoved(days, hot, request.Date, cancellationToken);
        if (moved.Count == 0) return;
        days.RemoveAll(day => moved.Contains(day));
        var entries = moved.Select(day => (day, hot[(day.Symbol, day.Date)])).Select(pair => (pair.day, unchecked((ulong)pair.Item2.Checksum), pair.Item2.Hold.Longer(request.Hold)));
        await _books.PutAsync(Dataset, request.Date, time.GetUtcNow(), [.. entries], cancellationToken).ConfigureAwait(false);
    }

    private LeafWriter ChooseWriter(DateOnly date, string leaf, bool isHot, List<SymbolDay> days)
    {
        var work = new LeafWork(connection, lake, _lakeDays, layout, leaf, date);
        if (isHot) return new HotLeafWriter(work);
        var withSymbolAlias = HotTable.HasSymbolAlias(layout, serverVersion);
        return heap is not null && days.Sum(day => day.RowCount) >= heap.RowsMin ? new NewPagesWriter(work, withSymbolAlias, heap) : new NewLeafWriter(work, withSymbolAlias);
    }

    /// <summary>What is in other files now and the same all the same: a compaction moves rows and changes none.</summary>
    private HashSet<SymbolDay> FindMoved(List<SymbolDay> days, Dictionary<(string Symbol, DateOnly Date), HotSymbolDay> hot, DateOnly date, CancellationToken cancellationToken)
    {
        var candidates = days.Where(day => hot.TryGetValue((day.Symbol, day.Date), out var found) && !found.IsMarked && found.RowCount == day.RowCount).ToList();
        if (candidates.Count == 0) return [];
        var totals = _lakeDays.Total(lake, date, candidates, cancellationToken);
        return [.. candidates.Where(day => totals[day.Symbol] == (day.RowCount, unchecked((ulong)hot[(day.Symbol, day.Date)].Checksum)))];
    }

    /// <summary>Builds what is missing; an index that a day has already stays.</summary>
    private async Task<LeafIndex> IndexAsync(string leaf, LeafIndex? present, HotIndex index, bool manySymbols, CancellationToken cancellationToken)
    {
        var wanted = Choose(index, manySymbols);
        if (present is { } had && (had == wanted || wanted == LeafIndex.None || had is LeafIndex.SymbolTime or LeafIndex.SymbolTimeAndTime or LeafIndex.Own)) return had;
        if (wanted == LeafIndex.None) return wanted;
        if (heap is not null) await connection.ExecuteAsync(heap.LoadsSideBySide ? $"{HotTableSql.SortInMemory}; {HotTableSql.SortAlone}" : HotTableSql.SortInMemory, cancellationToken).ConfigureAwait(false);
        if (wanted == LeafIndex.Own)
        {
            foreach (var (at, own) in index.Own.Index()) await connection.ExecuteAsync(HotTableSql.CreateOwnIndex(layout, leaf, own, at + 1), cancellationToken).ConfigureAwait(false);
            return wanted;
        }

        LeafIndex[] parts = wanted == LeafIndex.SymbolTimeAndTime ? [LeafIndex.SymbolTime, LeafIndex.Time] : [wanted];
        foreach (var part in parts) await connection.ExecuteAsync(HotTableSql.CreateIndex(layout, leaf, part), cancellationToken).ConfigureAwait(false);
        return wanted;
    }

    /// <summary>Drops an index unless a reader is at the day: then it stays, and costs nothing but space.</summary>
    private async Task DropIndexAsync(NpgsqlTransaction transaction, string leaf, LeafIndex index, CancellationToken cancellationToken)
    {
        const string savepoint = "before_drop_index";
        await transaction.SaveAsync(savepoint, cancellationToken).ConfigureAwait(false);
        try
        {
            await connection.ExecuteAsync(HotTableSql.LockTimeout(turns.TurnMin), cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(HotTableSql.DropIndex(leaf, index), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await transaction.RollbackAsync(savepoint, cancellationToken).ConfigureAwait(false);
        }
    }

    private static LeafIndex Choose(HotIndex index, bool manySymbols)
    {
        if (index == HotIndex.None) return LeafIndex.None;
        if (index == HotIndex.Brin) return LeafIndex.Brin;
        if (index.Own.Count > 0) return LeafIndex.Own;
        if (!manySymbols) return LeafIndex.Time;
        return index == HotIndex.BtreeAndTime ? LeafIndex.SymbolTimeAndTime : LeafIndex.SymbolTime;
    }
}
