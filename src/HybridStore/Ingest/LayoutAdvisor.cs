using System.Globalization;
using HybridStore.Ingest.Typing;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Chooses a new dataset's layout by how many rows a symbol has a day.</summary>
/// <remarks>
/// One file a symbol and day is right when a symbol has many rows a day, and ruinous when it has few: 8.64 M rows of 1,000 generators every
/// five minutes became 69,143 files and took five times as long to write as one file a day, and 130 times as long to ask for one symbol.
/// </remarks>
internal static class LayoutAdvisor
{
    /// <summary>A file of fewer rows is mostly its own footer.</summary>
    private const double RowsPerSymbolDayMin = 2_000;

    /// <summary>A time-major partition of fewer rows makes more files than it saves reading.</summary>
    private const double RowsPerPartitionMin = 100_000;

    /// <summary>From here on a layout that does not fit is worth a warning.</summary>
    private const double ManyPartitions = 5_000;

    private const double DaysPerMonth = 21;

    /// <summary>Chooses.</summary>
    /// <param name="shapes">The sources' first rows, by the columns that they offer.</param>
    /// <param name="symbolColumn">The source's symbol column.</param>
    /// <param name="time">The source's time column.</param>
    /// <returns>The layout, a sentence that says why, and what it was chosen by.</returns>
    internal static (Partitioning Layout, string Reason, LayoutEstimate Estimate) Choose(IReadOnlyList<SourceShape> shapes, string symbolColumn, TypedColumn time)
    {
        var symbols = new HashSet<string>(StringComparer.Ordinal);
        var symbolDays = new HashSet<(string, long)>();
        double rowsTotal = 0, moreSymbolDays = 0;
        foreach (var shape in shapes)
        {
            var spread = shape.Profile.Spread ?? SourceSpread.Of(shape.Profile);
            if (RowDensity.Of(shape, spread, symbolColumn, time) is not { } seen) continue;
            rowsTotal += spread.RowsEstimate;
            symbols.UnionWith(seen.Symbols);
            symbolDays.UnionWith(seen.SymbolDaysSeen);
            moreSymbolDays += seen.SymbolDaysTotal - seen.SymbolDaysSeen.Count;
        }

        if (symbolDays.Count == 0) return (Partitioning.SymbolDate, "the sample has no rows to tell a better layout from", default);
        var estimate = new LayoutEstimate(rowsTotal, symbolDays.Count + moreSymbolDays, symbols.Count);
        var perSymbolDay = rowsTotal / (symbolDays.Count + moreSymbolDays);
        var density = string.Create(CultureInfo.InvariantCulture, $"about {Math.Max(1, perSymbolDay):N0} rows a symbol and day");
        if (perSymbolDay >= RowsPerSymbolDayMin) return (Partitioning.SymbolDate, $"{density}, enough for a file of their own", estimate);
        var perDay = perSymbolDay * symbols.Count;
        var layout = perDay >= RowsPerPartitionMin ? Partitioning.Date : perDay * DaysPerMonth >= RowsPerPartitionMin ? Partitioning.Month : Partitioning.Year;
        return (layout, $"{density}, too few for files of their own: all symbols share a file, sorted by symbol and time", estimate);
    }

    /// <summary>A warning where a layout that the user asked for makes too many small files; null where it does not.</summary>
    /// <param name="asked">The layout asked for.</param>
    /// <param name="better">The one that fits.</param>
    /// <param name="estimate">What it was chosen by.</param>
    internal static string? Warn(Partitioning asked, Partitioning better, LayoutEstimate estimate)
    {
        var partitions = estimate.Partitions(asked);
        if (partitions < ManyPartitions || estimate.Rows / partitions >= RowsPerSymbolDayMin || asked == better) return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"WARNING: --partition-by {asked.ToText()} makes about {partitions:N0} files of about {Math.Max(1, estimate.Rows / partitions):N0} rows, which is slow to write and to read; --partition-by {better.ToText()} makes about {estimate.Partitions(better):N0}. Ctrl-C stops.");
    }
}
