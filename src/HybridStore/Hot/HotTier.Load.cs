using HybridStore.Lake;
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
        var (version, summarizer) = await PrepareAsync(connection, layout, index, cancellationToken).ConfigureAwait(false);
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
    private async Task<HotBudget> CheckBudgetAsync(
        HotBooks books, LakeSnapshot snapshot, HotLayout layout, List<SymbolDay> missing, LoadRequest request, CancellationToken cancellationToken)
    {
        var diskFreeBytes = DiskFreeBytes();
        var lakeBytes = missing.SelectMany(day => day.Files).Distinct().Sum(file => file.SizeBytes);
        if (missing.Count == 0 || (request.BytesMax is null && !(diskFreeBytes < GrowthMax * lakeBytes))) return HotBudget.None(layout.Table);
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

    /// <summary>Makes the tables of a dataset and its summaries what they should be, before anything is loaded.</summary>
    /// <returns>The server's version, such as 180004, and what keeps the summaries.</returns>
    private async Task<(int ServerVersion, HotSummarizer Summarizer)> PrepareAsync(NpgsqlConnection connection, HotLayout layout, HotIndex index, CancellationToken cancellationToken)
    {
        var table = new HotTable(connection, layout, Turns);
        var version = await table.EnsureAsync(cancellationToken).ConfigureAwait(false);
        await table.CheckIndexAsync(index, cancellationToken).ConfigureAwait(false);
        var summarizer = new HotSummarizer(connection, layout, Turns);
        await summarizer.DeclareAsync(SummariesOf(layout.Table), cancellationToken).ConfigureAwait(false);
        return (version, summarizer);
    }

    private async Task<HotDayLoader.Outcome> LoadDaysAsync(
        NpgsqlConnection first,
        LakeSnapshot snapshot,
        HotLayout layout,
        int serverVersion,
        List<DayRequest> requests,
        List<SymbolDay> already,
        HotBudget budget,
        IProgress<HotProgress>? progress,
        CancellationToken cancellationToken)
    {
        var unchanged = already.Where(day => requests.Any(request => request.Date == day.Date)).ToList();
        var tally = new LoadTally(
            requests.Sum(request => request.RowCount) - unchanged.Sum(day => day.RowCount), requests.Sum(request => request.SymbolDays.Count) - unchanged.Count, progress);
        var heap = DataFolder is null ? null : await HeapPlace.FindAsync(first, DataFolder, layout, PagesRowsMin, loadsSideBySide: requests.Count > 1 && ConnectionsMax > 1, cancellationToken).ConfigureAwait(false);
        var workers = new HotLoadWorkers(_source, _database, (connection, lake) => new HotDayLoader(connection, lake, snapshot, layout, serverVersion, heap, Turns, _time), budget, tally);
        return await workers.RunAsync(first, requests, ConnectionsMax, cancellationToken).ConfigureAwait(false);
    }
}
