using System.Text;
using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>How many symbols, days and symbol-days a source has, as rows from all over it tell.</summary>
/// <param name="Symbols">The symbols seen.</param>
/// <param name="SymbolDaysSeen">The symbols and days seen; a day is a count of days.</param>
/// <param name="SymbolDaysTotal">How many symbols and days the source has, at a guess; at least those seen.</param>
internal sealed record RowDensity(IReadOnlySet<string> Symbols, IReadOnlySet<(string Symbol, long Day)> SymbolDaysSeen, double SymbolDaysTotal)
{
    private const double MicrosecondsPerDay = 86_400e6;
    private const double MicrosecondsPerHour = 3_600e6;

    /// <summary>Fewer places do not tell whether they show all that there is.</summary>
    private const int PlacesMin = 4;

    /// <summary>Looks.</summary>
    /// <param name="shape">The source's columns and first rows.</param>
    /// <param name="spread">Rows from further on in it.</param>
    /// <param name="symbolColumn">The source's symbol column.</param>
    /// <param name="time">The source's time column.</param>
    /// <returns>Null when no row has a symbol and a time.</returns>
    internal static RowDensity? Of(SourceShape shape, SourceSpread spread, string symbolColumn, TypedColumn time)
    {
        var spec = time.ToSpec(shape.Profile.Sniffed.Dialect);
        var (symbols, times) = (shape.Columns.FirstOrDefault(column => column.Name == symbolColumn), shape.Columns.FirstOrDefault(column => column.Name == time.Name));
        if (symbols is null || times is null) return null;
        List<Place> places = [.. spread.Runs.Prepend(shape.Profile.Sniffed.Rows).Select(rows => Place.Of(rows, symbols, times, spec)).Where(place => place.Rows.Count > 0)];
        if (places.Count == 0) return null;
        var seen = places.SelectMany(place => place.SymbolDays).ToHashSet();
        var names = seen.Select(pair => pair.Symbol).ToHashSet(StringComparer.Ordinal);
        var rowsSeen = places.Sum(place => place.Rows.Count);
        var total = spread.RowsEstimate <= rowsSeen ? 0 : IsByTime(places) ? names.Count * DaysOf(places, spread.ShareSeen) : SymbolDaysOf(places, spread.RowsEstimate);
        return new RowDensity(names, seen, Math.Max(seen.Count, total));
    }

    /// <summary>Ticks may come a little late; the next symbol of a file sorted by symbol begins a day earlier.</summary>
    private static bool IsByTime(List<Place> places)
    {
        var last = double.MinValue;
        foreach (var (_, timeUs) in places.SelectMany(place => place.Rows))
        {
            if (timeUs < last - MicrosecondsPerHour) return false;
            last = Math.Max(last, timeUs);
        }

        return true;
    }

    /// <summary>The days of a source in order of time.</summary>
    private static double DaysOf(List<Place> places, double shareSeen)
    {
        var days = places.SelectMany(place => place.SymbolDays).Select(pair => pair.Day).ToHashSet();
        var (first, last) = (days.Min(), days.Max());
        var times = places.SelectMany(place => place.Rows).Select(row => row.TimeUs).ToList();
        // Within a day the share of it counts: rows of one morning are no rows of a day.
        if (first == last) return Math.Max(1, (times.Max() - times.Min()) / MicrosecondsPerDay / shareSeen);
        var isWeekdaysOnly = days.Count >= PlacesMin && days.All(IsWeekday);
        var counted = 0;
        for (var day = first; day <= last; day++) counted += !isWeekdaysOnly || IsWeekday(day) ? 1 : 0;
        return counted / shareSeen;
    }

    /// <summary>The symbol-days of a source in another order: by symbol mostly.</summary>
    private static double SymbolDaysOf(List<Place> places, double rowsTotal)
    {
        var seen = new HashSet<(string, long)>();
        var (half, newInSecondHalf) = (places.Count / 2, 0);
        for (var place = 0; place < places.Count; place++)
        {
            newInSecondHalf += places[place].SymbolDays.Count(pair => seen.Add(pair) && place >= half);
        }

        // Later places show nothing new: all is seen.
        if (places.Count >= PlacesMin && newInSecondHalf * 10 <= seen.Count) return seen.Count;
        // A file begins with its first symbol's quiet hours: elsewhere is as good as anywhere.
        var judged = places.Count > PlacesMin ? places[1..] : places;
        return rowsTotal * judged.Average(place => place.SymbolDaysFilled / place.Rows.Count);
    }

    /// <summary>1970-01-01 was a Thursday.</summary>
    private static bool IsWeekday(long day) => (((day + 3) % 7) + 7) % 7 < 5;

    /// <summary>Rows that follow each other.</summary>
    private sealed record Place(List<(string Symbol, double TimeUs)> Rows, HashSet<(string Symbol, long Day)> SymbolDays)
    {
        /// <summary>How much of the days of its symbols its rows take: a symbol on several days that many, on one its share of the day.</summary>
        internal double SymbolDaysFilled => Rows.GroupBy(row => row.Symbol, StringComparer.Ordinal).Sum(rows =>
        {
            var (first, last) = (rows.Min(row => row.TimeUs), rows.Max(row => row.TimeUs));
            var days = rows.Select(row => DayOf(row.TimeUs)).Distinct().Count();
            return days > 1 ? days : (last - first) / MicrosecondsPerDay;
        });

        internal static Place Of(IReadOnlyList<IReadOnlyList<string?>> texts, SourceColumn symbols, SourceColumn times, CsvColumnSpec time)
        {
            var rows = new List<(string Symbol, double TimeUs)>();
            foreach (var row in texts)
            {
                if (symbols.TextOf(row) is { Length: > 0 } symbol && TimeUs(times.TextOf(row), time) is { } timeUs) rows.Add((symbol, timeUs));
            }

            return new Place(rows, [.. rows.Select(row => (row.Symbol, DayOf(row.TimeUs)))]);
        }

        private static long DayOf(double timeUs) => (long)Math.Floor(timeUs / MicrosecondsPerDay);

        private static double? TimeUs(string? text, CsvColumnSpec time) => text is { Length: > 0 } ? CsvValue.TryTime(Encoding.UTF8.GetBytes(text), time) : null;
    }
}
