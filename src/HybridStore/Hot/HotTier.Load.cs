using System.Collections.Concurrent;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;
using Npgsql;

namespace HybridStore.Hot;

/// <content>Lake to Postgres.</content>
public sealed partial class HotTier
{
    /// <summary>Postgres takes less than so many times the bytes of the Parquet files; a disk that has more free need not be asked about.</summary>
    private const long GrowthMax = 100;
    private static readonly HashSet<DateOnly> NoDays = [];

    /// <summary>Makes a range of days hot.</summary>
    /// <param name="snapshot">The lake.</param>
    /// <param name="request">Which, for how long, and how much at most.</param>
    /// <param name="progress">Told now and then, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops; whole days that were loaded stay.</param>
    /// <exception cref="StoreException">
    /// Usage: the lake has no such symbol, the table is not hybrid's, an index of the user's own is refused, or the limit would be exceeded. SourceData: no rows in the range, or a value that Postgres cannot hold.
    /// Environment: Postgres failed. CorruptStore: a file is not as the lake's log says.
    /// </exception>
    public Task<LoadResult> LoadHistoricalAsync(
        LakeSnapshot snapshot, LoadRequest request, IProgress<HotProgress>? progress, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var (symbols, range, hold, index) = (request.Symbols, request.Range, request.Hold, request.Index);
        var begin = _time.GetTimestamp();
        var layout = new HotLayout(snapshot.Dataset);
        var contents = new LakeContents(snapshot, _database);
        var wanted = contents.Find(symbols, range, NoDays, cancellationToken);
        if (symbols is not null) CheckKnown(contents, symbols, wanted, cancellationToken);
        if (wanted.Count == 0) throw contents.Empty(symbols, range, cancellationToken);

        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var table = new HotTable(connection, layout, Turns);
        var version = await table.EnsureAsync(cancellationToken).ConfigureAwait(false);
        await table.CheckIndexAsync(index, cancellationToken).ConfigureAwait(false);
        var summarizer = new HotSummarizer(connection, layout, Turns);
        await summarizer.DeclareAsync(SummariesOf(layout.Table), cancellationToken).ConfigureAwait(false);
        var books = new HotBooks(connection);
        var hot = await books.ReadAsync(layout.Table, range, symbols, cancellationToken).ConfigureAwait(false);
        var already = wanted.Where(day => IsHot(hot, day)).ToList();
        if (hold.Kind != HotHoldKind.Window) await books.PutHoldsAsync(layout.Table, hold, already, cancellationToken).ConfigureAwait(false);

        var missing = wanted.Where(day => !IsHot(hot, day)).ToList();
        var budget = await CheckBudgetAsync(books, snapshot, layout, missing, request, cancellationToken).ConfigureAwait(false);
        var requests = wanted.GroupBy(day => day.Date)
            .Where(day => day.Any(one => !IsHot(hot, one)))
            .Select(day => new DayRequest(day.Key, [.. day], symbols is null ? contents.DayFingerprint(day.Key) : null, hold, index));
        var outcome = await LoadDaysAsync(connection, snapshot, layout, version, [.. requests], already, budget, progress, cancellationToken).ConfigureAwait(false);
        var summaryDays = await summarizer.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var present = wanted.Select(day => day.Date).ToHashSet();
        return new LoadResult
        {
            Dataset = layout.Table,
            Symbols = [.. (symbols ?? wanted.Select(day => day.Symbol)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            From = range.From,
            To = range.To,
            RowsLoaded = outcome.RowCount,
            RowsAlreadyHot = wanted.Sum(day => day.RowCount) - outcome.RowCount,
            PartitionsLoaded = outcome.SymbolDays,
            PartitionsAlreadyHot = wanted.Count - outcome.SymbolDays,
            DaysMissing = [.. range.Days.Where(day => !present.Contains(day))],
            Seconds = _time.GetElapsedTime(begin).TotalSeconds,
            IndexSeconds = outcome.IndexSeconds,
            SummaryDaysComputed = summaryDays,
        };
    });

    /// <summary>Makes a range of days hot, without a limit.</summary>
    /// <param name="snapshot">The lake.</param>
    /// <param name="symbols">The symbols; null for all.</param>
    /// <param name="range">The days.</param>
    /// <param name="hold">How long they stay; what stays longer already is left so.</param>
    /// <param name="index">The index of days that are not hot yet.</param>
    /// <param name="progress">Told now and then, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops; whole days that were loaded stay.</param>
    /// <inheritdoc cref="LoadHistoricalAsync(LakeSnapshot, LoadRequest, IProgress{HotProgress}?, CancellationToken)"/>
    public Task<LoadResult> LoadHistoricalAsync(
        LakeSnapshot snapshot,
        IReadOnlyCollection<string>? symbols,
        DateRange range,
        HotHold hold,
        HotIndex index,
        IProgress<HotProgress>? progress,
        CancellationToken cancellationToken) =>
        LoadHistoricalAsync(snapshot, new LoadRequest { Symbols = symbols, Range = range, Hold = hold, Index = index }, progress, cancellationToken);

    /// <summary>Refuses what would not fit; asks nothing when there is no limit to know of.</summary>
    private async Task<HotBudget?> CheckBudgetAsync(
        HotBooks books, LakeSnapshot snapshot, HotLayout layout, List<SymbolDay> missing, LoadRequest request, CancellationToken cancellationToken)
    {
        var diskFreeBytes = DiskFreeBytes();
        var lakeBytes = missing.SelectMany(day => day.Files).Distinct().Sum(file => file.SizeBytes);
        if (missing.Count == 0 || (request.BytesMax is null && !(diskFreeBytes < GrowthMax * lakeBytes))) return null;
        var bytesOfRow = new HotSizeEstimate(snapshot, layout, _database).BytesOfRow(missing, request.Index, cancellationToken);
        var budget = new HotBudget(layout.Table, request.BytesMax, diskFreeBytes, bytesOfRow);
        var hotBytes = request.BytesMax is null ? 0 : await books.ReadBytesAsync(cancellationToken).ConfigureAwait(false);
        budget.Check(missing.Sum(day => day.RowCount), missing.Count, hotBytes);
        return budget;
    }

    private static bool IsHot(Dictionary<(string Symbol, DateOnly Date), HotSymbolDay> hot, SymbolDay day) =>
        hot.TryGetValue((day.Symbol, day.Date), out var found) && found.Fingerprint == day.Fingerprint;

    private static void CheckKnown(LakeContents contents, IReadOnlyCollection<string> symbols, IReadOnlyList<SymbolDay> wanted, CancellationToken cancellationToken)
    {
        var unseen = symbols.Except(wanted.Select(day => day.Symbol), StringComparer.Ordinal).ToList();
        if (unseen.Count == 0) return;
        var known = contents.Symbols(cancellationToken).ToHashSet(StringComparer.Ordinal);
        if (unseen.Find(symbol => !known.Contains(symbol)) is { } unknown) throw contents.Unknown(unknown, cancellationToken);
    }

    /// <summary>Loads days side by side, the largest first, each on its own.</summary>
    private async Task<HotDayLoader.Outcome> LoadDaysAsync(
        NpgsqlConnection first,
        LakeSnapshot snapshot,
        HotLayout layout,
        int serverVersion,
        List<DayRequest> requests,
        List<SymbolDay> already,
        HotBudget? budget,
        IProgress<HotProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (requests.Count == 0) return default;
        var queue = new ConcurrentQueue<DayRequest>(requests.OrderByDescending(request => request.RowCount));
        var unchanged = already.Where(day => requests.Any(request => request.Date == day.Date)).ToList();
        var tally = new LoadTally(
            requests.Sum(request => request.RowCount) - unchanged.Sum(day => day.RowCount), requests.Sum(request => request.SymbolDays.Count) - unchanged.Count, progress);

        // The first failure ends the others: what they have committed stays, what they are at is rolled back.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var connections = await HotConnections.ChooseAsync(first, Math.Min(ConnectionsMax, requests.Count), cancellationToken).ConfigureAwait(false);
        var workers = Enumerable.Range(0, connections).Select(number => Task.Run(() => number == 0 ? WorkOnAsync(first) : WorkAsync(), CancellationToken.None)).ToArray();
        await Task.WhenAll(workers.Select(SettleAsync)).ConfigureAwait(false);
        if (Array.Find(workers, worker => worker.IsFaulted) is { } failed) await failed.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return tally.Outcome;

        async Task WorkAsync()
        {
            // Somebody else took the last connection a moment ago: the first goes on alone.
            await using var connection = await HotConnections.TryOpenAsync(_source, stop.Token).ConfigureAwait(false);
            if (connection is not null) await WorkOnAsync(connection).ConfigureAwait(false);
        }

        async Task WorkOnAsync(NpgsqlConnection connection)
        {
            using var lake = _database.Connect();
            var loader = new HotDayLoader(connection, lake, snapshot, layout, serverVersion, Turns, _time);
            while (queue.TryDequeue(out var request))
            {
                using var place = budget is null ? null : await budget.EnterAsync(connection, request, stop.Token).ConfigureAwait(false);
                tally.Commit(await LoadOneAsync(loader, request).ConfigureAwait(false));
            }
        }

        async Task<HotDayLoader.Outcome> LoadOneAsync(HotDayLoader loader, DayRequest request)
        {
            try
            {
                return await loader.LoadAsync(request, tally.Send, stop.Token).ConfigureAwait(false);
            }
            catch (DuckDbException e) when (e.Kind == DuckDbErrorKind.IO)
            {
                // A commit may have moved a file between the look where it is and its opening; the second look finds it.
                return await loader.LoadAsync(request, tally.Send, stop.Token).ConfigureAwait(false);
            }
        }

        async Task SettleAsync(Task worker)
        {
            await worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!worker.IsCompletedSuccessfully) await stop.CancelAsync().ConfigureAwait(false);
        }
    }
}
