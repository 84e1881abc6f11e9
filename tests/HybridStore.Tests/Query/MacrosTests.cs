using System.Globalization;
using HybridStore.Query;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Query;

/// <summary>Each time-series function against a slow plain computation over the same random ticks, printed seed first.</summary>
public sealed class MacrosTests : IDisposable
{
    private static readonly DateTime Open = new(2013, 10, 7, 9, 30, 0);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly SampleLake _lake = new();
    private readonly List<Tick> _trades = [];
    private readonly List<Tick> _quotes = [];

    private sealed record Tick(string Symbol, DateTime Time, string Venue, double? Price, long? Size, double? Bid, double? Ask)
    {
        internal (string, DateOnly) Day => (Symbol, DateOnly.FromDateTime(Time));
    }

    public MacrosTests()
    {
        const int seed = 20131007;
        var random = new Random(seed);
        foreach (var symbol in (string[])["AIG", "IBM"])
        {
            for (var day = 0; day < 2; day++)
            {
                var time = Open.AddDays(day);
                for (var row = 0; row < 150; row++)
                {
                    // Every third tick or so has the time of the one before: the order of the rows decides.
                    time += TimeSpan.FromMilliseconds(random.Next(3) == 0 ? 0 : random.Next(1, 5000));
                    var venue = "PQZ"[random.Next(3)].ToString();
                    _trades.Add(new Tick(symbol, time, venue, 100 + random.Next(1000) / 100.0, random.Next(1, 900), null, null));
                    time += TimeSpan.FromMilliseconds(random.Next(0, 700));
                    // Quotes say one side or both, as real feeds do.
                    var sides = random.Next(3);
                    _quotes.Add(new Tick(symbol, time, venue, null, null, sides == 1 ? null : 99 + random.Next(4) / 10.0, sides == 2 ? null : 100 + random.Next(4) / 10.0));
                }
            }
        }

        Add("trades", _trades, [new("price", new(ColumnKind.Double)), new("size", new(ColumnKind.BigInt))]);
        Add("quotes", _quotes, [new("bid_price", new(ColumnKind.Double)), new("ask_price", new(ColumnKind.Double))]);
    }

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void Bars_are_first_highest_lowest_last_of_each_interval() => AssertRows(
        "select symbol, time, open, high, low, close, volume, trades, vwap from bars('trades', '1 minute') order by all",
        from trade in _trades
        group trade by (trade.Symbol, Bucket(trade.Time)) into bar
        orderby bar.Key
        select Row(bar.Key.Symbol, bar.Key.Item2, bar.First().Price, bar.Max(t => t.Price), bar.Min(t => t.Price), bar.Last().Price, (double)bar.Sum(t => t.Size)!, bar.Count(), bar.Sum(t => t.Price * t.Size) / bar.Sum(t => t.Size)));

    [Fact]
    public void Vwap_is_weighted_by_size() => AssertRows(
        "select symbol, time, vwap, volume from vwap('trades', '1 minute') order by all",
        from trade in _trades
        group trade by (trade.Symbol, Bucket(trade.Time)) into bar
        orderby bar.Key
        select Row(bar.Key.Symbol, bar.Key.Item2, bar.Sum(t => t.Price * t.Size) / bar.Sum(t => t.Size), (double)bar.Sum(t => t.Size)!));

    [Fact]
    public void Twap_is_weighted_by_how_long_a_price_stood()
    {
        var weights = new SortedDictionary<(string, DateTime), (double Sum, double Weight)>();
        foreach (var day in _trades.GroupBy(trade => trade.Day))
        {
            foreach (var (trade, next) in day.Zip(day.Skip(1)))
            {
                for (var bucket = Bucket(trade.Time); bucket < next.Time; bucket += Minute)
                {
                    var from = trade.Time > bucket ? trade.Time : bucket;
                    var to = next.Time < bucket + Minute ? next.Time : bucket + Minute;
                    if (to <= from) continue;
                    var (sum, weight) = weights.GetValueOrDefault((trade.Symbol, bucket));
                    weights[(trade.Symbol, bucket)] = (sum + trade.Price!.Value * (to - from).TotalSeconds, weight + (to - from).TotalSeconds);
                }
            }
        }

        AssertRows("select symbol, time, twap from twap('trades', '1 minute') order by all", weights.Select(entry => Row(entry.Key.Item1, entry.Key.Item2, entry.Value.Sum / entry.Value.Weight)));
    }

    [Fact]
    public void Quote_changes_are_those_that_differ_from_the_venues_last()
    {
        var last = new Dictionary<(string, DateOnly, string), (double?, double?)>();
        var changes = new List<string>();
        foreach (var quote in _quotes)
        {
            var key = (quote.Symbol, DateOnly.FromDateTime(quote.Time), quote.Venue);
            if (!last.TryGetValue(key, out var before) || before != (quote.Bid, quote.Ask)) changes.Add(Row(quote.Symbol, quote.Time, quote.Venue, quote.Bid, quote.Ask));
            last[key] = (quote.Bid, quote.Ask);
        }

        AssertRows("select symbol, time, venue, bid, ask from quote_changes('quotes')", changes, isSorted: false);
    }

    [Fact]
    public void Resample_carries_the_last_values_to_the_end_of_each_interval() =>
        AssertRows("select symbol, time, bid, ask from resample('quotes', '1 minute') order by all", Resampled().Select(row => Row(row.Symbol, row.Time, row.Bid, row.Ask)));

    [Fact]
    public void Bbo_leaves_out_what_did_not_change()
    {
        var expected = new List<string>();
        (string, DateOnly)? day = null;
        (double?, double?) before = default;
        foreach (var row in Resampled())
        {
            if (row.Day != day) before = (null, null);
            if (before != (row.Bid, row.Ask)) expected.Add(Row(row.Symbol, row.Time, row.Bid, row.Ask));
            (day, before) = (row.Day, (row.Bid, row.Ask));
        }

        AssertRows("select symbol, time, bid, ask from bbo('quotes', '1 minute') order by all", expected);
    }

    [Fact]
    public void Nbbo_is_the_best_of_what_each_venue_said_last()
    {
        var expected = new List<string>();
        foreach (var day in _quotes.GroupBy(quote => quote.Day))
        {
            var bids = new Dictionary<string, double>();
            var asks = new Dictionary<string, double>();
            (double?, double?)? before = null;
            foreach (var moment in day.GroupBy(quote => quote.Time))
            {
                foreach (var quote in moment)
                {
                    if (quote.Bid is { } bid) bids[quote.Venue] = bid;
                    if (quote.Ask is { } ask) asks[quote.Venue] = ask;
                }

                (double?, double?) best = (bids.Count > 0 ? bids.Values.Max() : null, asks.Count > 0 ? asks.Values.Min() : null);
                if (best != before) expected.Add(Row(day.Key.Item1, moment.Key, best.Item1, best.Item2));
                before = best;
            }
        }

        AssertRows("select symbol, time, bid, ask from nbbo('quotes')", expected, isSorted: false);
    }

    [Fact]
    public void Asof_gives_each_trade_the_quote_before_it_within_the_tolerance()
    {
        var expected = new List<string>();
        foreach (var trade in _trades)
        {
            double? bid = null, ask = null;
            DateTime? time = null;
            foreach (var quote in _quotes.Where(quote => quote.Day == trade.Day && quote.Time <= trade.Time))
            {
                time = quote.Time;
                bid = quote.Bid ?? bid;
                ask = quote.Ask ?? ask;
            }

            var isFresh = time >= trade.Time - TimeSpan.FromSeconds(1);
            expected.Add(Row(trade.Symbol, trade.Time, trade.Price, isFresh ? time : null, isFresh ? bid : null, isFresh ? ask : null));
        }

        AssertRows("select symbol, time, price, quote_time, bid, ask from asof_trades_quotes('trades', 'quotes', '1 second')", expected, isSorted: false);
    }

    [Fact]
    public void Gaps_are_silences_within_a_day() => AssertRows(
        "select symbol, after, until from gaps('trades', '4 seconds')",
        from day in _trades.GroupBy(trade => trade.Day)
        from pair in day.Zip(day.Skip(1))
        where pair.Second.Time - pair.First.Time >= TimeSpan.FromSeconds(4)
        select Row(pair.First.Symbol, pair.First.Time, pair.Second.Time),
        isSorted: false);

    [Fact]
    public void Coverage_counts_rows_by_symbol_and_day() => AssertRows(
        "select symbol, date, row_count, first_time, last_time from coverage('trades') order by all",
        from day in _trades.GroupBy(trade => trade.Day)
        orderby day.Key
        select Row(day.Key.Item1, day.Key.Item2, day.Count(), day.First().Time, day.Last().Time));

    [Fact]
    public void Every_function_is_listed_with_an_example_that_runs()
    {
        using var engine = _lake.Open();
        foreach (var macro in QueryMacro.All)
        {
            engine.Rows(macro.Example);
            Assert.NotEmpty(macro.Summary);
        }
    }

    [Fact]
    public void A_condition_beside_a_function_does_not_reach_into_it()
    {
        using var engine = _lake.Open();
        Assert.Equal("4", engine.Row("select count(*) from coverage('trades') c where exists (from trades t where t.symbol = 'IBM' and t.date = '2013-10-07')"));
    }

    [Fact]
    public void A_dataset_without_files_gives_no_rows()
    {
        _lake.Add(SampleLake.Quotes("empty"));
        using var engine = _lake.Open();
        Assert.Empty(engine.Rows("from bars('empty', '1 minute')"));
        Assert.Empty(engine.Rows("from nbbo('EMPTY')"));
    }

    private IEnumerable<Tick> Resampled()
    {
        foreach (var day in _quotes.GroupBy(quote => quote.Day).OrderBy(day => day.Key))
        {
            for (var end = Bucket(day.First().Time) + Minute; end <= Bucket(day.Last().Time) + Minute; end += Minute)
            {
                var before = day.Where(quote => quote.Time < end).ToList();
                if (before.Count > 0) yield return new Tick(day.Key.Item1, end, "", null, null, before.LastOrDefault(quote => quote.Bid is not null)?.Bid, before.LastOrDefault(quote => quote.Ask is not null)?.Ask);
            }
        }
    }

    private static DateTime Bucket(DateTime time) => new(time.Ticks - time.Ticks % Minute.Ticks);

    private void Add(string name, List<Tick> ticks, Column[] columns)
    {
        _lake.Add(new Dataset
        {
            Name = name,
            SymbolColumn = "symbol",
            TimeColumn = "timestamp",
            Columns = [new("symbol", new(ColumnKind.Varchar)), new("timestamp", new(ColumnKind.Timestamp)), .. columns, new("exchange", new(ColumnKind.Varchar))],
        });
        foreach (var day in ticks.GroupBy(tick => tick.Day))
        {
            var values = day.Select(tick => name == "trades"
                ? string.Create(CultureInfo.InvariantCulture, $"({tick.Price}, {tick.Size}, timestamp '{tick.Time:yyyy-MM-dd HH:mm:ss.ffffff}', '{tick.Venue}')")
                : string.Create(CultureInfo.InvariantCulture, $"({Sql(tick.Bid)}, {Sql(tick.Ask)}, timestamp '{tick.Time:yyyy-MM-dd HH:mm:ss.ffffff}', '{tick.Venue}')"));
            _lake.AddFile(name, day.Key.Item1, new DateRange(day.Key.Item2, day.Key.Item2),
                $"select '{day.Key.Item1}' as symbol, timestamp, {columns[0].Name}::double as {columns[0].Name}, {columns[1].Name}::{columns[1].Type.ToSql()} as {columns[1].Name}, exchange from (values {string.Join(", ", values)}) t({columns[0].Name}, {columns[1].Name}, timestamp, exchange)");
        }

        static string Sql(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "null";
    }

    private static string Row(params object?[] values) => string.Join('|', values.Select(value => value switch
    {
        null => "-",
        double number => Rounded(number),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    }));

    private static string Rounded(double number) => Math.Round(number, 4).ToString("0.####", CultureInfo.InvariantCulture);

    private void AssertRows(string sql, IEnumerable<string> expected, bool isSorted = true)
    {
        using var engine = _lake.Open();
        var found = engine.Rows(sql).Select(row => string.Join('|', row.Split('|').Select(value =>
            value.Contains('.', StringComparison.Ordinal) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Rounded(number) : value)));
        Assert.Equal(isSorted ? expected : expected.Order(StringComparer.Ordinal), isSorted ? found : found.Order(StringComparer.Ordinal));
        Assert.NotEmpty(expected);
    }
}
