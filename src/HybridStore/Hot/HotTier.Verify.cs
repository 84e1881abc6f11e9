using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Hot;

/// <content>Postgres against the lake.</content>
public sealed partial class HotTier
{
    /// <summary>Compares every hot row with the lake: counts and checksums over all columns, by symbol and day.</summary>
    /// <param name="snapshot">The lake.</param>
    /// <param name="range">The days; null for all that are hot.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What differs. It is marked in the books: the next sync loads or evicts it.</returns>
    /// <exception cref="StoreException">As <see cref="LoadHistoricalAsync(LakeSnapshot, LoadRequest, IProgress{HotProgress}?, CancellationToken)"/>.</exception>
    public Task<HotVerifyResult> VerifyAsync(LakeSnapshot snapshot, DateRange? range, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var begin = _time.GetTimestamp();
        var layout = new HotLayout(snapshot.Dataset);
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await new HotTable(connection, layout, Turns).EnsureAsync(cancellationToken).ConfigureAwait(false);
        var days = (await new HotBooks(connection).ReadDaysAsync(layout.Table, cancellationToken).ConfigureAwait(false))
            .Where(day => range is null || range.Value.Contains(day)).Order().ToList();
        var span = days.Count == 0 ? default : new DateRange(days[0], days[^1]);
        var inLake = new LakeContents(snapshot, _database).Find(symbols: null, span, NoDays, cancellationToken).ToLookup(day => day.Date);

        using var lake = _database.Connect();
        var verifier = new HotVerifier(connection, lake, new LakeDayReader(snapshot, layout), layout);
        var (symbolDays, rowCount, problems) = (0, 0L, new List<HotProblem>());
        foreach (var day in days)
        {
            var outcome = await verifier.VerifyAsync(day, [.. inLake[day]], cancellationToken).ConfigureAwait(false);
            symbolDays += outcome.SymbolDays;
            rowCount += outcome.RowCount;
            problems.AddRange(outcome.Problems);
        }

        return new HotVerifyResult
        {
            Dataset = layout.Table,
            PartitionsChecked = symbolDays,
            RowsChecked = rowCount,
            Problems = problems,
            Seconds = _time.GetElapsedTime(begin).TotalSeconds,
        };
    });
}
