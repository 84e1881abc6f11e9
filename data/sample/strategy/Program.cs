// Opening-range breakout on the sample's trades: a backtest to copy and change, no advice.
//   scripts/hybrid ingest data/sample/trades
//   dotnet run -c Release --project data/sample/strategy -- data
using System.Diagnostics;
using System.Globalization;
using HybridStore;
using Strategy;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    var watch = Stopwatch.StartNew();
    var breakout = new Breakout(shares: 100);
    var tradeCount = 0;
    foreach (var trade in Store.Open(args is [var folder, ..] ? folder : "data").Scan<Trade>("trades", ["IBM"]))
    {
        breakout.OnTrade(trade);
        tradeCount++;
    }

    breakout.EndDay();
    foreach (var (day, profit) in breakout.ProfitByDay) Console.WriteLine($"{day:yyyy-MM-dd} {profit,10:0.00} USD");
    Console.WriteLine($"P&L        {breakout.ProfitByDay.Sum(day => day.Profit),10:0.00} USD");
    Console.Error.WriteLine($"{tradeCount:N0} trades in {watch.Elapsed.TotalSeconds:0.00} s");
    return 0;
}
catch (StoreException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
