using HybridStore.Lake;
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
            [.. files.Select(snapshot.Locate)],
            date,
            onlyDay: files.Any(file => file.Days.DayCount > 1),
            onlySymbols: files.Any(file => file.Symbol is null) ? [.. days.Select(day => day.Symbol)] : null);
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
        var buffer = new byte[BufferBytes];
        while (true)
        {
            if (rows.Fill(buffer, out var neededBytes) > 0) continue;
            if (neededBytes == 0) return rows.Totals;
            buffer = new byte[neededBytes];
        }
    }

    private const int BufferBytes = 256 * 1024;
}
