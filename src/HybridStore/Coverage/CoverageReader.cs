using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;

namespace HybridStore.Coverage;

/// <summary>Compares what a dataset has with what a calendar expects.</summary>
/// <param name="table">The dataset.</param>
public sealed class CoverageReader(LakeTable table)
{
    /// <summary>A day with so many times the median may be stored twice: its rows are compared.</summary>
    private const double SuspiciousShare = 1.8;

    /// <summary>With fewer days a median says nothing.</summary>
    private const int MedianDaysMin = 3;

    /// <summary>Looks.</summary>
    /// <param name="request">What at, and what is expected.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <exception cref="StoreException">Usage: there is no dataset, no such symbol, or the calendar does not know the days. CorruptStore: the log or a file is damaged.</exception>
    public CoverageReport Read(CoverageRequest request, CancellationToken cancellationToken)
    {
        var snapshot = table.TryLoad() ?? throw new StoreException(StoreErrorKind.Usage, "There is no dataset to look at.");
        using var engine = QueryEngine.Open([QuerySource.Of(snapshot)]);
        var counts = new CoverageCounts(snapshot, engine);
        DateRange? asked = request.From is null && request.To is null ? null : new DateRange(request.From ?? DateOnly.MinValue, request.To ?? DateOnly.MaxValue);
        var rows = counts.Rows(asked, cancellationToken);
        var calendar = request.Calendar ?? (rows.Keys.Any(key => !TradingCalendar.Weekdays.Of(key.Day).IsOpen) ? TradingCalendar.EveryDay : TradingCalendar.Weekdays);
        var days = rows.Keys.Select(key => key.Day).Order().ToList();
        var from = request.From ?? (days.Count > 0 ? days[0] : null);
        var to = request.To ?? (days.Count > 0 ? days[^1] : null);
        if (from is not { } first || to is not { } last || last < first) return new CoverageReport(snapshot.Dataset.Name, snapshot.Version, calendar.Name, from, to, 0, 0, 0, 0, 0, KnowsLate(snapshot), []);
        var range = new DateRange(first, last);
        var open = range.Days.Select(day => (Day: day, Expected: calendar.Of(day))).ToList();
        var symbols = Choose(rows, request.Symbols);
        var medians = symbols.ToDictionary(symbol => symbol, symbol => Median([.. open.Where(one => one.Expected.Share is 1).Select(one => rows.GetValueOrDefault((symbol, one.Day))).Where(count => count > 0)]));
        var distinct = counts.Distinct(Suspects(snapshot, rows, symbols, medians), cancellationToken);
        var late = new LateDays(KnowsLate(snapshot) ? table.ChangesBehind(-1, snapshot.Version) : null);
        var covered = symbols.Select(symbol => Cover(symbol, medians[symbol])).ToList();
        return new CoverageReport(
            snapshot.Dataset.Name, snapshot.Version, calendar.Name, first, last,
            Sum(DayStatus.Missing), Sum(DayStatus.Thin), Sum(DayStatus.Duplicate), Sum(DayStatus.Late), Sum(DayStatus.Extra), KnowsLate(snapshot), covered);

        int Sum(DayStatus status) => covered.Sum(symbol => symbol.Count(status));

        SymbolCoverage Cover(string symbol, double median)
        {
            var result = new List<DayCoverage>();
            var begun = request.From is not null;
            foreach (var (day, expected) in open)
            {
                var count = rows.GetValueOrDefault((symbol, day));
                begun |= count > 0;
                var status = count == 0 ? (!expected.IsOpen ? DayStatus.Closed : begun ? DayStatus.Missing : DayStatus.Before)
                    : expected.IsOpen && count < median * expected.Share * request.ThinShare ? DayStatus.Thin
                    : distinct.TryGetValue((symbol, day), out var different) && different * 2 <= count ? DayStatus.Duplicate
                    : late.Contains(symbol, day) ? DayStatus.Late
                    : expected.IsOpen ? DayStatus.Full : DayStatus.Extra;
                if (status is not (DayStatus.Closed or DayStatus.Before)) result.Add(new DayCoverage(day, count, status));
            }

            return new SymbolCoverage(symbol, result.Sum(day => day.Rows), median, result);
        }
    }

    private static bool KnowsLate(LakeSnapshot snapshot) => snapshot.Dataset.Partitioning is Partitioning.SymbolDate or Partitioning.Date;

    private static List<string> Choose(Dictionary<(string Symbol, DateOnly Day), long> rows, IReadOnlyCollection<string>? asked)
    {
        var known = rows.Keys.Select(key => key.Symbol).Distinct().Order(StringComparer.Ordinal).ToList();
        // A symbol without any row in the range is what one looks for here: all of its days are missing.
        return asked is null ? known : [.. asked.Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Days whose rows are worth comparing: stored by more than one commit, or with far more rows than usual.</summary>
    private static IEnumerable<(string Symbol, DateOnly Day)> Suspects(
        LakeSnapshot snapshot, Dictionary<(string Symbol, DateOnly Day), long> rows, List<string> symbols, Dictionary<string, double> medians)
    {
        var twice = snapshot.Dataset.Partitioning != Partitioning.SymbolDate
            ? []
            : snapshot.Files.GroupBy(file => (file.Symbol ?? "", file.Days.From)).Where(group => group.Select(file => file.AddedVersion).Distinct().Count() > 1).Select(group => group.Key).ToHashSet();
        var daysOf = rows.Keys.GroupBy(key => key.Symbol).ToDictionary(group => group.Key, group => group.Count());
        var wanted = symbols.ToHashSet(StringComparer.Ordinal);
        return rows.Where(one => wanted.Contains(one.Key.Symbol)
                && (twice.Contains(one.Key) || daysOf[one.Key.Symbol] < MedianDaysMin || one.Value >= medians[one.Key.Symbol] * SuspiciousShare))
            .Select(one => one.Key);
    }

    private static double Median(List<long> counts)
    {
        if (counts.Count == 0) return 0;
        counts.Sort();
        return (counts[(counts.Count - 1) / 2] + counts[counts.Count / 2]) / 2.0;
    }
}
