using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;

namespace HybridStore.Hot;

/// <summary>Opens rows of the lake as Postgres gets them.</summary>
/// <param name="snapshot">The lake.</param>
/// <param name="layout">The table.</param>
internal sealed class LakeDayReader(LakeSnapshot snapshot, HotLayout layout)
{
    /// <summary>Starts to read symbols of a day: symbol by symbol, of each the oldest file first, rows in the order of the file.</summary>
    /// <param name="connection">Runs nothing else meanwhile.</param>
    /// <param name="date">The day.</param>
    /// <param name="days">The symbols' rows on that day.</param>
    /// <param name="constants">What is hashed and not sent.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    internal HotRowReader Open(DuckDbConnection connection, DateOnly date, IReadOnlyList<SymbolDay> days, LeafConstants constants, CancellationToken cancellationToken)
    {
        var files = days.SelectMany(day => day.Files).Distinct().ToList();
        var sql = HotLakeSql.Rows(
            layout,
            RowSource.Of(snapshot, files, connection, cancellationToken),
            date,
            onlyDay: files.Any(file => !file.HoldsOneDay),
            onlySymbols: files.Any(file => file.Symbol is null || file.IsForeign) ? [.. days.Select(day => day.Symbol)] : null);
        return new HotRowReader(connection, sql, constants, date, cancellationToken);
    }

    /// <summary>Counts and hashes symbols of a day.</summary>
    /// <param name="connection">Runs nothing else meanwhile.</param>
    /// <param name="date">The day.</param>
    /// <param name="days">The symbols' rows on that day.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    internal SymbolTotals Total(DuckDbConnection connection, DateOnly date, IReadOnlyList<SymbolDay> days, CancellationToken cancellationToken)
    {
        using var rows = Open(connection, date, days, LeafConstants.None(layout), cancellationToken);
        while (!rows.Next().IsEmpty)
        {
        }

        return rows.Totals;
    }

    /// <summary>Makes sure that all rows were there.</summary>
    /// <param name="totals">What was read.</param>
    /// <param name="days">What there should be.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="StoreException">CorruptStore: a file has more or fewer rows than the lake's log says.</exception>
    internal SymbolTotals Check(SymbolTotals totals, IReadOnlyList<SymbolDay> days)
    {
        foreach (var day in days)
        {
            var read = totals[day.Symbol].RowCount;
            if (read == day.RowCount) continue;
            throw new StoreException(
                StoreErrorKind.CorruptStore,
                $"{snapshot.Folder}: {day.Symbol} on {day.Date:O}: expected {day.RowCount} rows by the commit log, found {read} in {string.Join(", ", day.Files.Select(file => file.Path))}. Run 'hybrid verify'.");
        }

        return totals;
    }
}
