using HybridStore.Query;

namespace HybridStore.Tests;

/// <summary>The README's example "From C#", compiled: the lines between the marks are the same in both.</summary>
internal static class ReadmeExample
{
    internal static (int Days, long Trades, double Notional, DateTime Last) Run(string folder)
    {
        // README begins
        var store = Store.Open(folder);                                    // each question sees the newest commit
        var days = store.Query<DayPrice>("select date, sum(price * size) / sum(size) as vwap from trades where symbol = $sym group by all",
            new Dictionary<string, object?> { ["sym"] = "IBM" }).ToList();

        using var session = store.OpenSession();                           // these see one version, whatever is committed meanwhile
        var notional = 0.0;
        using var batches = session.Scan("trades", ["IBM"], new DateOnly(2013, 10, 7), new DateOnly(2013, 10, 11), ["price", "size"]);
        while (batches.Read())                                             // spans in DuckDB's own memory, in order of time
        {
            var prices = batches.Values<double>(0);
            var sizes = batches.Values<long>(1);
            for (var row = 0; row < batches.RowCount; row++) notional += prices[row] * sizes[row];
        }

        var (count, last) = (0L, default(Trade));
        foreach (var trade in session.Scan<Trade>("trades", order: ScanOrder.ByTime))   // all symbols as they happened
        {
            (count, last) = (count + 1, trade);
        }
        // README ends

        return (days.Count, count, notional, last.Time);
    }

    // README begins
    internal readonly record struct Trade(DateTime Time, string Symbol, double Price, long Size);   // named as columns: bid_price is BidPrice

    internal sealed record DayPrice(DateOnly Date, double Vwap);
    // README ends
}
