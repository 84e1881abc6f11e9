using HybridStore.Schema;

namespace HybridStore.Cli.Output;

/// <summary>Amounts over time as a line of small bars.</summary>
internal static class Sparkline
{
    private const int BarsMax = 24;
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>Spreads amounts over stretches of time of equal length.</summary>
    /// <param name="amounts">Each with its days; it counts for the first of them.</param>
    /// <returns>At most 24 sums, from the first day to the last.</returns>
    internal static IReadOnlyList<long> Gather(IEnumerable<(DateRange Days, long Amount)> amounts)
    {
        var list = amounts.ToList();
        if (list.Count == 0) return [];
        var first = list.Min(entry => entry.Days.From);
        var days = new DateRange(first, list.Max(entry => entry.Days.From)).DayCount;
        var sums = new long[Math.Min(days, BarsMax)];
        foreach (var (range, amount) in list) sums[(range.From.DayNumber - first.DayNumber) * (long)sums.Length / days] += amount;
        return sums;
    }

    /// <summary>Draws them: the largest fills the line's height, nothing is a blank.</summary>
    internal static string Draw(IReadOnlyList<long> amounts)
    {
        var max = amounts.DefaultIfEmpty(0).Max();
        return string.Concat(amounts.Select(amount => amount == 0 ? ' ' : Bars[(int)Math.Round((Bars.Length - 1) * (double)amount / max)]));
    }
}
