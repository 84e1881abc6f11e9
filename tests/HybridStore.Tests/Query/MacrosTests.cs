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

    private sealed record Tick(string Symbol, DateTime Time, string Venue, double? Price, long? Size, double? Bid = null, long? BidSize = null, double? Ask = null, long? AskSize = null)
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
                    _trades.Add(new Tick(symbol, time, venue, 100 + random.Next(1000) / 100.0, random.Next(1, 900)));
                    time += TimeSpan.FromMilliseconds(random.Next(0, 700));
                    // Quotes say one side or both, as real feeds do.
                    var sides = random.Next(3);
                    _quotes.Add(new Tick(
                        symbol, time, venue, null, null,
                        sides == 1 ? null : 99 + random.Next(4) / 10.0, sides == 1 || random.Next(5) == 0 ? null : random.Next(1, 3),
                        sides == 2 ? null : 100 + random.Next(4) / 10.0, sides == 2 || random.Next(5) == 0 ? null : random.Next(1, 3)));
                }
            }
        }

        Add("trades", _trades, [new("price", new(ColumnKind.Double)), new("size", new(ColumnKind.BigInt))]);
        Add("quotes", _quotes, [new("bid_price", new(ColumnKind.Double)), new("bid_size", new(ColumnKind.BigInt)), new("ask_price", new(ColumnKind.Double)), new("ask_size", new(ColumnKind.BigInt))]);
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
        foreach (var day in _trades.GroupBy(trade => trade.Day)) Weigh(day.Select(trade => (trade.Symbol, trade.Time, trade.Price!.Value)), weights);
        AssertRows("select symbol, time, twap from twap('trades', '1 minute') order by all", weights.Select(entry => Row(entry.Key.Item1, entry.Key.Item2, entry.Value.Sum / entry.Value.Weight)));
    }

    [Fact]
    public void Bars_of_quotes_are_of_the_middle_between_what_a_venue_said_last()
    {
        var middles = new List<(Tick Tick, double Price)>();
        foreach (var (quote, standing) in Standing())
        {
            if (standing.Bid is { } bid && standing.Ask is { } ask) middles.Add((quote, (bid + ask) / 2));
        }

        AssertRows(
            "select symbol, time, open, high, low, close, volume, trades from bars('quotes', '1 minute') order by all",
            from middle in middles
            group middle by (middle.Tick.Symbol, Bucket(middle.Tick.Time)) into bar
            orderby bar.Key
            select Row(bar.Key.Symbol, bar.Key.Item2, bar.First().Price, bar.Max(t => t.Price), bar.Min(t => t.Price), bar.Last().Price, null, bar.Count()));
    }

    [Fact]
    public void Bars_take_days_and_symbols_by_place_and_by_name()
    {
        using var engine = _lake.Open();
        var expected = engine.Rows("from bars('trades', '5 minutes') where symbol = 'IBM' and date = '2013-10-08' order by time");
        Assert.NotEmpty(expected);
        Assert.Equal(expected, engine.Rows("from bars('trades', '5 minutes', '2013-10-08', '2013-10-08', ['IBM']) order by time"));
        Assert.Equal(expected, engine.Rows("from bars('trades', every := '5 minutes', symbols := ['IBM'], from_date := '2013-10-08') order by time"));
    }

    [Fact]
    public void Bars_of_days_and_weeks_begin_at_midnight_and_on_Monday()
    {
        using var engine = _lake.Open();
        Assert.Equal(["AIG|2013-10-07|2013-10-07 00:00:00|150", "AIG|2013-10-08|2013-10-08 00:00:00|150"], engine.Rows("select symbol, date, time, trades from bars('trades', '1 day') where symbol = 'AIG' order by date"));
        Assert.Equal(["AIG|2013-10-07|2013-10-07 00:00:00|300", "IBM|2013-10-07|2013-10-07 00:00:00|300"], engine.Rows("select symbol, date, time, trades from bars('trades', '1 week') order by symbol"));
    }

    [Fact]
    public void Time_weighted_of_a_column_that_is_often_empty_counts_each_value_until_the_next()
    {
        var weights = new SortedDictionary<(string, DateTime), (double Sum, double Weight)>();
        foreach (var day in _quotes.Where(quote => quote.Bid is not null).GroupBy(quote => quote.Day)) Weigh(day.Select(quote => (quote.Symbol, quote.Time, quote.Bid!.Value)), weights);
        AssertRows("select symbol, time, value from time_weighted('quotes', 'bid_price', '1 minute') order by all", weights.Select(entry => Row(entry.Key.Item1, entry.Key.Item2, entry.Value.Sum / entry.Value.Weight)));
    }

    [Fact]
    public void Sample_every_takes_each_nth_row_of_a_day_with_all_its_columns() => AssertRows(
        "select symbol, timestamp, price, size, exchange from sample_every('trades', 40) order by symbol, timestamp",
        from day in _trades.GroupBy(trade => trade.Day)
        orderby day.Key
        from trade in day.Where((_, row) => row % 40 == 0)
        select Row(trade.Symbol, trade.Time, trade.Price, trade.Size, trade.Venue));

    [Fact]
    public void Quote_changes_are_those_of_a_price_or_size_of_the_venue()
    {
        var last = new Dictionary<(string, DateOnly, string), Sides>();
        var changes = new List<string>();
        foreach (var (quote, standing) in Standing())
        {
            var key = (quote.Symbol, DateOnly.FromDateTime(quote.Time), quote.Venue);
            if (last.GetValueOrDefault(key, new Sides()) != standing) changes.Add(Row(quote.Symbol, quote.Time, quote.Venue, standing.Bid, standing.BidSize, standing.Ask, standing.AskSize));
            last[key] = standing;
        }

        Assert.InRange(changes.Count, 1, _quotes.Count - 1);
        AssertRows("select symbol, time, venue, bid, bid_size::bigint, ask, ask_size::bigint from quote_changes('quotes')", changes, isSorted: false);
    }

    [Fact]
    public void Resample_carries_the_last_values_to_the_end_of_each_interval() =>
        AssertRows("select symbol, time, bid, ask from resample('quotes', '1 minute') order by all", Resampled().Select(row => Row(row.Symbol, row.Time, row.Bid, row.Ask)));

    [Fact]
    public void Bbo_is_what_each_venue_shows_at_the_end_of_an_interval_where_that_changed()
    {
        var expected = new List<string>();
        foreach (var venue in Standing().GroupBy(quote => (quote.Quote.Day, quote.Quote.Venue)))
        {
            var before = new Sides();
            foreach (var bucket in venue.GroupBy(quote => Bucket(quote.Quote.Time)))
            {
                var now = bucket.Last().Standing;
                if (now != before) expected.Add(Row(venue.Key.Day.Item1, bucket.Key + Minute, venue.Key.Venue, now.Bid, now.BidSize, now.Ask, now.AskSize));
                before = now;
            }
        }

        AssertRows("select symbol, time, venue, bid, bid_size::bigint, ask, ask_size::bigint from bbo('quotes', '1 minute')", expected, isSorted: false);
    }

    [Fact]
    public void Bbo_1s_is_bbo_of_a_second()
    {
        using var engine = _lake.Open();
        Assert.Equal(engine.Rows("from bbo('quotes', '1 second') order by all"), engine.Rows("from bbo_1s('quotes') order by all"));
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
        _lake.Add(new Dataset
        {
            Name = "generation",
            SymbolColumn = "unit",
            TimeColumn = "time",
            Columns = [new("unit", new(ColumnKind.Varchar)), new("time", new(ColumnKind.TimestampTz)), new("mw", new(ColumnKind.Double))],
        });
        _lake.AddFile("generation", "WIND", new DateRange(new(2024, 7, 1), new(2024, 7, 1)), "select 'WIND' as unit, timestamptz '2024-07-01 00:00:00+00' + to_minutes(i::integer) as time, i::double as mw from range(90) t(i)");
        using var engine = _lake.Open();
        foreach (var macro in QueryMacro.All)
        {
            // Gaps of five minutes are not in these ticks; all else gives rows.
            if (macro.Name != "gaps") Assert.True(engine.Rows(macro.Example).Count > 0, macro.Example);
            else engine.Rows(macro.Example);
            Assert.EndsWith(")", macro.Signature, StringComparison.Ordinal);
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

    private static void Weigh(IEnumerable<(string Symbol, DateTime Time, double Value)> day, SortedDictionary<(string, DateTime), (double Sum, double Weight)> weights)
    {
        foreach (var (tick, next) in day.Zip(day.Skip(1)))
        {
            for (var bucket = Bucket(tick.Time); bucket < next.Time; bucket += Minute)
            {
                var from = tick.Time > bucket ? tick.Time : bucket;
                var to = next.Time < bucket + Minute ? next.Time : bucket + Minute;
                if (to <= from) continue;
                var (sum, weight) = weights.GetValueOrDefault((tick.Symbol, bucket));
                weights[(tick.Symbol, bucket)] = (sum + tick.Value * (to - from).TotalSeconds, weight + (to - from).TotalSeconds);
            }
        }
    }

    private readonly record struct Sides(double? Bid, long? BidSize, double? Ask, long? AskSize);

    /// <summary>Each quote with what its venue has said up to it.</summary>
    private IEnumerable<(Tick Quote, Sides Standing)> Standing()
    {
        var venues = new Dictionary<(string, DateOnly, string), Sides>();
        foreach (var quote in _quotes)
        {
            var key = (quote.Symbol, DateOnly.FromDateTime(quote.Time), quote.Venue);
            var standing = venues.GetValueOrDefault(key);
            if (quote.Bid is not null) standing = standing with { Bid = quote.Bid, BidSize = quote.BidSize };
            if (quote.Ask is not null) standing = standing with { Ask = quote.Ask, AskSize = quote.AskSize };
            venues[key] = standing;
            yield return (quote, standing);
        }
    }

    private IEnumerable<Tick> Resampled()
    {
        foreach (var day in _quotes.GroupBy(quote => quote.Day).OrderBy(day => day.Key))
        {
            for (var end = Bucket(day.First().Time) + Minute; end <= Bucket(day.Last().Time) + Minute; end += Minute)
            {
                var before = day.Where(quote => quote.Time < end).ToList();
                if (before.Count > 0) yield return new Tick(day.Key.Item1, end, "", null, null, Bid: before.LastOrDefault(quote => quote.Bid is not null)?.Bid, Ask: before.LastOrDefault(quote => quote.Ask is not null)?.Ask);
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
            // Two files, as of a day that came in two parts; rows of one time may stand on both sides of the cut.
            foreach (var part in day.Chunk(80))
            {
                var values = part.Select(tick => $"('{tick.Symbol}', timestamp '{tick.Time:yyyy-MM-dd HH:mm:ss.ffffff}', "
                    + (name == "trades" ? $"{Sql(tick.Price)}, {Sql(tick.Size)}" : $"{Sql(tick.Bid)}, {Sql(tick.BidSize)}, {Sql(tick.Ask)}, {Sql(tick.AskSize)}") + $", '{tick.Venue}')");
                var list = string.Join(", ", _lake[name].Dataset.Columns.Select(column => $"{column.Name}::{column.Type.ToSql()} as {column.Name}"));
                _lake.AddFile(name, day.Key.Item1, new DateRange(day.Key.Item2, day.Key.Item2),
                    $"select {list} from (values {string.Join(", ", values)}) t({string.Join(", ", _lake[name].Dataset.Columns.Select(column => column.Name))})");
            }
        }

        static string Sql(object? value) => value is null ? "null" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
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
