using HybridStore.Lake;
using HybridStore.Schema;
using Npgsql;

namespace HybridStore.Hot;

/// <content>The window, and what leaves it.</content>
public sealed partial class HotTier
{
    private static readonly DateRange Always = new(DateOnly.MinValue, DateOnly.MaxValue);

    /// <summary>Makes Postgres hold a window of days: loads what is missing or changed, then evicts what fell out.</summary>
    /// <param name="snapshot">The lake.</param>
    /// <param name="window">How many days, at least 1; a plain number means calendar days.</param>
    /// <param name="asOf">The window's last day; null for the newest day in the lake.</param>
    /// <param name="index">The index of days that are not hot yet.</param>
    /// <param name="progress">Told now and then, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops; whole days that were loaded or evicted stay so.</param>
    /// <remarks>What is pinned or leased stays, and is loaded again too when the lake has changed.</remarks>
    /// <exception cref="StoreException">As <see cref="LoadHistoricalAsync(LakeSnapshot, LoadRequest, IProgress{HotProgress}?, CancellationToken)"/>; SourceData: the lake is empty.</exception>
    public Task<SyncResult> SyncAsync(
        LakeSnapshot snapshot, HotWindow window, DateOnly? asOf, HotIndex index, IProgress<HotProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window.Count, 1, nameof(window));
        return GuardAsync(async () =>
        {
            var begin = _time.GetTimestamp();
            var layout = new HotLayout(snapshot.Dataset);
            var contents = new LakeContents(snapshot, _database);
            var last = asOf ?? contents.NewestDay(cancellationToken) ?? throw contents.Empty(null, Always, cancellationToken);
            var range = RangeOf(window, last, contents, cancellationToken);

            await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            var (version, summarizer) = await PrepareAsync(connection, layout, index, cancellationToken).ConfigureAwait(false);
            var books = new HotBooks(connection);
            var hotDays = await books.CountSymbolsAsync(layout.Table, cancellationToken).ConfigureAwait(false);
            var whole = await books.ReadWholeDaysAsync(layout.Table, cancellationToken).ConfigureAwait(false);
            var settled = whole.Where(day => range.Contains(day.Key) && hotDays.ContainsKey(day.Key) && day.Value == contents.DayFingerprint(day.Key)).Select(day => day.Key).ToHashSet();
            var hot = await books.ReadAsync(layout.Table, Always, symbols: null, cancellationToken, skip: settled).ConfigureAwait(false);

            var wanted = contents.Find(symbols: null, range, settled, cancellationToken);
            var requests = wanted.GroupBy(day => day.Date)
                .Select(day => new DayRequest(day.Key, [.. day], contents.DayFingerprint(day.Key), HotHold.Window, index))
                .Concat(Restated(contents, hot, range, index, cancellationToken)).ToList();
            var outcome = await LoadDaysAsync(connection, snapshot, layout, version, requests, [.. wanted.Where(day => IsHot(hot, day))], HotBudget.None(layout.Table), progress, cancellationToken).ConfigureAwait(false);

            var inLake = wanted.Select(day => (day.Symbol, day.Date)).Where(hot.ContainsKey).ToHashSet();
            var now = _time.GetUtcNow();
            var leaving = hot.Values.Where(day => day.Hold.IsOver(now) && !(range.Contains(day.Date) && inLake.Contains((day.Symbol, day.Date))));
            var (rowsEvicted, symbolDaysEvicted) = await EvictDaysAsync(connection, layout, leaving, cancellationToken).ConfigureAwait(false);
            var summaryDays = await summarizer.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return new SyncResult
            {
                Dataset = layout.Table,
                Window = range,
                RowsLoaded = outcome.RowCount,
                RowsEvicted = rowsEvicted,
                PartitionsLoaded = outcome.SymbolDays,
                PartitionsEvicted = symbolDaysEvicted,
                PartitionsUnchanged = wanted.Count(day => IsHot(hot, day)) + (int)settled.Sum(day => hotDays[day]),
                SummaryDaysComputed = summaryDays,
                Seconds = _time.GetElapsedTime(begin).TotalSeconds,
            };
        });
    }

    private static DateRange RangeOf(HotWindow window, DateOnly last, LakeContents contents, CancellationToken cancellationToken)
    {
        if (!window.IsTradingDays) return new DateRange(last.AddDays(-Math.Min(window.Count - 1, last.DayNumber)), last);
        var days = contents.LastDays(last, window.Count, cancellationToken);
        return new DateRange(days.Count > 0 ? days[0] : last, last);
    }

    /// <summary>Takes rows out of Postgres that the lake holds.</summary>
    /// <param name="snapshot">The lake.</param>
    /// <param name="symbols">The symbols; null for all.</param>
    /// <param name="range">The days; null for all.</param>
    /// <param name="discard">Whether to evict what the lake does not hold, or no longer so, as well: those rows are gone then.</param>
    /// <param name="cancellationToken">Stops; whole days that were evicted stay so.</param>
    /// <exception cref="StoreException">Usage: neither lake nor Postgres know a symbol. Environment: Postgres failed, or a query kept a day in use.</exception>
    public Task<EvictResult> EvictAsync(
        LakeSnapshot snapshot, IReadOnlyCollection<string>? symbols, DateRange? range, bool discard, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var begin = _time.GetTimestamp();
        var layout = new HotLayout(snapshot.Dataset);
        var contents = new LakeContents(snapshot, _database);
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await new HotTable(connection, layout, Turns).EnsureAsync(cancellationToken).ConfigureAwait(false);
        var hot = await new HotBooks(connection).ReadAsync(layout.Table, range ?? Always, symbols, cancellationToken).ConfigureAwait(false);
        if (symbols is not null) CheckKnown(contents, [.. symbols.Except(hot.Keys.Select(key => key.Symbol), StringComparer.Ordinal)], [], cancellationToken);

        var days = hot.Values.OrderBy(day => day.Date).ThenBy(day => day.Symbol, StringComparer.Ordinal).ToList();
        var kept = new List<KeptSymbolDay>();
        if (!discard && days.Count > 0)
        {
            kept.AddRange(await FindUnlikeAsync(connection, snapshot, layout, contents, days, cancellationToken).ConfigureAwait(false));
            var unlike = kept.Select(day => (day.Symbol, day.Date)).ToHashSet();
            days.RemoveAll(day => unlike.Contains((day.Symbol, day.Date)));
        }

        var (rowsEvicted, symbolDaysEvicted) = await EvictDaysAsync(connection, layout, days, cancellationToken).ConfigureAwait(false);
        await new HotSummarizer(connection, layout, Turns).RefreshAsync(cancellationToken).ConfigureAwait(false);
        return new EvictResult
        {
            Dataset = layout.Table,
            RowsEvicted = rowsEvicted,
            PartitionsEvicted = symbolDaysEvicted,
            PartitionsKept = kept,
            Seconds = _time.GetElapsedTime(begin).TotalSeconds,
        };
    });

    /// <summary>What the lake does not hold, or not so. Other files with the same rows are as good.</summary>
    private async Task<List<KeptSymbolDay>> FindUnlikeAsync(
        NpgsqlConnection connection, LakeSnapshot snapshot, HotLayout layout, LakeContents contents, List<HotSymbolDay> days, CancellationToken cancellationToken)
    {
        var unlike = new List<KeptSymbolDay>();
        var symbols = days.Select(day => day.Symbol).ToHashSet(StringComparer.Ordinal);
        var inLake = contents.Find(symbols, new DateRange(days[0].Date, days[^1].Date), NoDays, cancellationToken).ToDictionary(day => (day.Symbol, day.Date));
        using var lake = _database.Connect();
        var reader = new LakeDayReader(snapshot, layout);
        var verifier = new HotVerifier(connection, lake, reader, layout);
        foreach (var day in days)
        {
            if (!inLake.TryGetValue((day.Symbol, day.Date), out var found)) Keep(day, "the lake does not have it");
            else if (found.RowCount != day.RowCount) Keep(day, $"the lake has {found.RowCount} rows of it now");
            else if (found.Fingerprint != day.Fingerprint && !await HasSameValuesAsync(day, found).ConfigureAwait(false)) Keep(day, "the lake has other values in it now");
        }

        return unlike;

        void Keep(HotSymbolDay day, string reason) => unlike.Add(new KeptSymbolDay(day.Symbol, day.Date, day.RowCount, reason));

        async Task<bool> HasSameValuesAsync(HotSymbolDay day, SymbolDay found)
        {
            var inLakeNow = reader.Total(lake, day.Date, [found], cancellationToken)[day.Symbol];
            // The books' checksum is of the columns that the table had when the rows were loaded.
            return unchecked((long)inLakeNow.Checksum) == day.Checksum || inLakeNow == (await verifier.TotalAsync(day.Date, cancellationToken).ConfigureAwait(false))[day.Symbol];
        }
    }

    /// <summary>What is held outside of the window and has changed in the lake.</summary>
    private static IEnumerable<DayRequest> Restated(
        LakeContents contents, Dictionary<(string Symbol, DateOnly Date), HotSymbolDay> hot, DateRange window, HotIndex index, CancellationToken cancellationToken)
    {
        var held = hot.Values.Where(day => day.Hold.Kind != HotHoldKind.Window && !window.Contains(day.Date)).ToList();
        if (held.Count == 0) return [];
        var range = new DateRange(held.Min(day => day.Date), held.Max(day => day.Date));
        var days = held.Select(day => (day.Symbol, day.Date)).ToHashSet();
        return contents.Find([.. held.Select(day => day.Symbol).Distinct(StringComparer.Ordinal)], range, NoDays, cancellationToken)
            .Where(day => days.Contains((day.Symbol, day.Date)) && !IsHot(hot, day))
            .GroupBy(day => day.Date)
            .Select(day => new DayRequest(day.Key, [.. day], WholeDayFingerprint: null, HotHold.Window, index));
    }

    private async Task<(long RowCount, int SymbolDays)> EvictDaysAsync(
        NpgsqlConnection connection, HotLayout layout, IEnumerable<HotSymbolDay> days, CancellationToken cancellationToken)
    {
        var evictor = new HotEvictor(connection, layout, Turns);
        var (rowCount, symbolDays) = (0L, 0);
        foreach (var day in days.GroupBy(day => day.Date).OrderBy(day => day.Key))
        {
            var (rows, symbols) = await evictor.EvictAsync(day.Key, [.. day], cancellationToken).ConfigureAwait(false);
            rowCount += rows;
            symbolDays += symbols;
        }

        return (rowCount, symbolDays);
    }
}
