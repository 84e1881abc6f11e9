using System.Globalization;
using System.Text;
using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;
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

    private const double DaysPerMonth = 21;
    private const double MicrosecondsPerDay = 86_400e6;

    /// <summary>Chooses.</summary>
    /// <param name="shapes">The sources' first rows, by the columns that they offer.</param>
    /// <param name="symbolColumn">The source's symbol column.</param>
    /// <param name="time">The source's time column.</param>
    /// <returns>The layout, and a sentence that says why.</returns>
    internal static (Partitioning Layout, string Reason) Choose(IReadOnlyList<SourceShape> shapes, string symbolColumn, TypedColumn time)
    {
        var symbols = new HashSet<string>(StringComparer.Ordinal);
        var symbolDays = new HashSet<(string, long)>();
        double rowsTotal = 0, moreSymbolDays = 0;
        foreach (var shape in shapes)
        {
            var profile = shape.Profile;
            var sample = Look(shape, symbolColumn, time);
            if (sample.Rows == 0) continue;
            rowsTotal += profile.RowsEstimate;
            symbols.UnionWith(sample.SymbolDays.Select(pair => pair.Symbol));
            symbolDays.UnionWith(sample.SymbolDays);
            moreSymbolDays += Math.Max(0, sample.SymbolDaysOf(profile.RowsEstimate) - sample.SymbolDays.Count);
        }

        if (symbolDays.Count == 0) return (Partitioning.SymbolDate, "the sample has no rows to tell a better layout from");
        var perSymbolDay = rowsTotal / (symbolDays.Count + moreSymbolDays);
        var density = string.Create(CultureInfo.InvariantCulture, $"about {Math.Max(1, perSymbolDay):N0} rows a symbol and day");
        if (perSymbolDay >= RowsPerSymbolDayMin) return (Partitioning.SymbolDate, $"{density}, enough for a file of their own");
        var perDay = perSymbolDay * symbols.Count;
        var layout = perDay >= RowsPerPartitionMin ? Partitioning.Date : perDay * DaysPerMonth >= RowsPerPartitionMin ? Partitioning.Month : Partitioning.Year;
        return (layout, $"{density}, too few for files of their own: all symbols share a file, sorted by symbol and time");
    }

    private static Sample Look(SourceShape shape, string symbolColumn, TypedColumn time)
    {
        var dialect = shape.Profile.Sniffed.Dialect;
        var spec = time.ToSpec(dialect);
        var (symbols, times) = (shape.Columns.FirstOrDefault(column => column.Name == symbolColumn), shape.Columns.FirstOrDefault(column => column.Name == time.Name));
        var (first, last) = (double.MaxValue, double.MinValue);
        var symbolDays = new HashSet<(string, long)>();
        var rows = 0;
        foreach (var row in symbols is null || times is null ? [] : shape.Profile.Sniffed.Rows)
        {
            if (symbols!.TextOf(row) is not { Length: > 0 } symbol || TimeUs(times!.TextOf(row), spec) is not { } timeUs) continue;
            symbolDays.Add((symbol, (long)Math.Floor(timeUs / MicrosecondsPerDay)));
            (first, last) = (Math.Min(first, timeUs), Math.Max(last, timeUs));
            rows++;
        }

        return new Sample(rows, symbolDays, rows == 0 ? 0 : (last - first) / MicrosecondsPerDay);
    }

    private static double? TimeUs(string? text, CsvColumnSpec time) => text is { Length: > 0 } ? CsvValue.TryTime(Encoding.UTF8.GetBytes(text), time) : null;

    private sealed record Sample(int Rows, HashSet<(string Symbol, long Day)> SymbolDays, double SpanDays)
    {
        /// <summary>How many symbol-days so many rows fill at the sample's pace.</summary>
        internal double SymbolDaysOf(double rowsTotal)
        {
            var symbols = SymbolDays.Select(pair => pair.Symbol).Distinct().Count();
            if (SymbolDays.Count > symbols) return rowsTotal / Rows * SymbolDays.Count;
            // One day in sight: how fast its rows come tells how many days the rest can be.
            var rowsPerDay = SpanDays > 0 ? Rows / SpanDays : rowsTotal;
            return symbols * Math.Max(1, rowsTotal / Math.Max(rowsPerDay, 1));
        }
    }
}
