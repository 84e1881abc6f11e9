using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>How a scan is read: rounds that come one after the other, each of segments that are merged.</summary>
internal sealed class ScanPlan
{
    /// <summary>Streams that are merged: each keeps a connection, the reader of a file and a few chunks of rows.</summary>
    internal const int StreamsMax = 64;

    /// <summary>Where files hold many symbols, each stream reads parts of the same files: sorting a day is soon cheaper.</summary>
    private const int StreamsOfSharedFilesMax = 4;

    private readonly List<IReadOnlyList<ScanSegment>> _rounds = [];
    private readonly IReadOnlyList<DataFile> _files;
    private readonly ILookup<string, DataFile> _bySymbol;

    private ScanPlan(LakeSnapshot snapshot, IReadOnlyList<string> symbols, DateRange days)
    {
        var wanted = symbols.ToHashSet(StringComparer.Ordinal);
        // Listed by date within a symbol, as the folders' names sort.
        _files = [.. snapshot.Files.Where(file => file.DateDays.Overlaps(days) && (file.Symbol is null || wanted.Contains(file.Symbol)))];
        _bySymbol = _files.Where(file => file.Symbol is not null).ToLookup(file => file.Symbol!, StringComparer.Ordinal);
    }

    /// <summary>Plans a scan.</summary>
    /// <param name="snapshot">Of the dataset.</param>
    /// <param name="symbols">Those asked for, in order.</param>
    /// <param name="days">The partition dates asked for.</param>
    /// <param name="order">Symbol after symbol, or merged.</param>
    internal static IReadOnlyList<IReadOnlyList<ScanSegment>> Make(LakeSnapshot snapshot, IReadOnlyList<string> symbols, DateRange days, ScanOrder order)
    {
        var plan = new ScanPlan(snapshot, symbols, days);
        var segments = symbols.Select((symbol, index) => new ScanSegment(index, plan.FilesOf(symbol))).Where(segment => segment.Files.Count > 0).ToList();
        if (order == ScanOrder.BySymbol) plan._rounds.AddRange(segments.Select(segment => new[] { segment }));
        else if (segments.Count <= (plan._files.Any(file => file.Symbol is null) ? StreamsOfSharedFilesMax : StreamsMax)) plan._rounds.Add(segments);
        else plan.AddPeriods();
        return plan._rounds;
    }

    private IReadOnlyList<DataFile> FilesOf(string symbol) => _bySymbol.Contains(symbol) ? [.. _bySymbol[symbol]] : [.. _files.Where(file => file.Symbol is null)];

    /// <summary>Day by day, or month by month as the layout is: a period's rows are sorted together, and periods follow each other.</summary>
    private void AddPeriods()
    {
        var period = new List<DataFile>();
        var last = DateOnly.MinValue;
        foreach (var file in _files.OrderBy(file => file.TimeDays.From))
        {
            if (period.Count > 0 && file.TimeDays.From > last)
            {
                _rounds.Add([new ScanSegment(null, period)]);
                period = [];
            }

            period.Add(file);
            if (file.TimeDays.To > last) last = file.TimeDays.To;
        }

        if (period.Count > 0) _rounds.Add([new ScanSegment(null, period)]);
    }
}
