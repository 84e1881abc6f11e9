using System.ComponentModel.DataAnnotations.Schema;
using System.Globalization;
using HybridStore.Query;
using HybridStore.Tests.Support;
using HybridStore.Tests.Tidy;
using Xunit;

namespace HybridStore.Tests;

/// <summary>The library as a backtest uses it, on a store that the program made.</summary>
public sealed class StoreSessionTests : IDisposable
{
    private static readonly string[] Symbols = ["AIG", "BAC", "IBM"];

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _program;
    private readonly Store _store;

    public StoreSessionTests()
    {
        _program = new HybridProgram(_folder.File("store"));
        Ingest("a.csv", 0, 400);
        _store = Store.Open(_program.Store);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Three symbols on three days; times that many rows share; a size that may be absent. The sequence tells rows apart.</summary>
    private void Ingest(string file, int first, int count, params string[] more)
    {
        var lines = new List<string> { "symbol,time,bid_price,size,venue,seq" };
        foreach (var symbol in Symbols)
        {
            for (var day = 7; day < 10; day++)
            {
                for (var row = first; row < first + count; row++)
                {
                    lines.Add($"{symbol},2013-10-{day:00} 09:{30 + (row / 60 % 30):00}:{row / 4 % 60:00},{100 + (row % 7)}.25,{(row % 5 == 0 ? "" : row.ToString(CultureInfo.InvariantCulture))},{"NPT"[row % 3]},{row}");
                }
            }
        }

        _program.RunOk(["ingest", _folder.Write("csv/" + file, string.Join('\n', lines) + "\n"), "--dataset", "quotes", "--partition-by", "symbol/date", "--quiet", .. more]);
    }

    private readonly record struct Quote(DateTime Time, string Symbol, double BidPrice, long? Size, string Venue);

    [Fact]
    public void Scan_gives_typed_rows_symbol_after_symbol()
    {
        var rows = _store.Scan<Quote>("quotes", ["IBM", "AIG"], new DateOnly(2013, 10, 8), new DateOnly(2013, 10, 8)).ToList();
        Assert.Equal(800, rows.Count);
        Assert.All(rows.Take(400), row => Assert.Equal("IBM", row.Symbol));
        Assert.All(rows.Skip(400), row => Assert.Equal("AIG", row.Symbol));
        Assert.Equal(new Quote(new DateTime(2013, 10, 8, 9, 30, 0), "IBM", 100.25, null, "N"), rows[0]);
        Assert.Equal(new Quote(new DateTime(2013, 10, 8, 9, 30, 0), "IBM", 101.25, 1, "P"), rows[1]);
        Assert.Equal(DateTimeKind.Unspecified, rows[0].Time.Kind);
    }

    [Fact]
    public void Scan_merged_is_in_the_order_of_time_then_symbol_then_storage()
    {
        Ingest("b.csv", 150, 400); // A second file for each symbol and day, over the same times.
        using var session = _store.OpenSession();
        foreach (var symbols in (string[]?[])[["IBM", "AIG", "BAC"], null])
        {
            var list = string.Join(", ", (symbols ?? Symbols).Select(symbol => $"'{symbol}'"));
            var expected = session.Query<string>($"SELECT concat_ws('|', symbol, epoch_us(time), seq) FROM quotes ORDER BY time, list_position([{list}], symbol), (seq < 150)::INT DESC").ToList();
            var found = session.Scan<Sequence>("quotes", symbols, order: ScanOrder.ByTime).Select(row => $"{row.Symbol}|{row.Time}|{row.Seq}").ToList();
            Assert.Equal(7200, found.Count);
            Assert.Equal(expected.Select(WithoutSequence), found.Select(WithoutSequence));
            // Ties are as stored: the same at each reading, and within a file in the order of its rows.
            Assert.Equal(found, session.Scan<Sequence>("quotes", symbols, order: ScanOrder.ByTime).Select(row => $"{row.Symbol}|{row.Time}|{row.Seq}"));
        }
    }

    private sealed record Sequence(string Symbol, long Time, int Seq);

    private static string WithoutSequence(string row) => row[..row.LastIndexOf('|')];

    [Fact]
    public void Scan_merged_of_more_symbols_than_are_streamed_gives_the_same_rows()
    {
        var lines = new List<string> { "symbol,time,mw,seq" };
        for (var row = 0; row < 20_000; row++) lines.Add($"G{row % 100:000},2024-11-0{1 + (row / 10_000)} {row / 500 % 20:00}:00:00,{row % 11},{row}");
        var csv = _folder.Write("gens/gens.csv", string.Join('\n', lines) + "\n");
        foreach (var (dataset, layout) in ((string, string)[])[("by_symbol", "symbol/date"), ("by_date", "date"), ("by_month", "month")])
        {
            _program.RunOk("ingest", csv, "--dataset", dataset, "--partition-by", layout, "--quiet");
            var symbols = Enumerable.Range(0, 100).Select(number => $"G{number:000}").ToList();
            var rows = _store.Scan<Sequence>(dataset, symbols, order: ScanOrder.ByTime).ToList();
            Assert.Equal(20_000, rows.Count);
            Assert.Equal(rows.OrderBy(row => row.Time).ThenBy(row => row.Symbol, StringComparer.Ordinal).ThenBy(row => row.Seq), rows);
            Assert.Equal(200 / 2, _store.Scan<Sequence>(dataset, ["G007"], new DateOnly(2024, 11, 2)).Count());
        }
    }

    [Fact]
    public void A_session_keeps_its_version_while_rows_are_replaced_and_files_are_merged()
    {
        Ingest("b.csv", 1000, 5);
        using var session = _store.OpenSession();
        var before = session.Scan<Sequence>("quotes").ToList();
        using var running = session.Scan<Sequence>("quotes", order: ScanOrder.ByTime).GetEnumerator();
        Assert.True(running.MoveNext());
        _program.RunOk("compact", "--quiet");
        Ingest("c.csv", 0, 300, "--key", "symbol,time,seq", "--on-duplicate", "replace");
        Ingest("d.csv", 2000, 5);
        Assert.Equal(before, session.Scan<Sequence>("quotes"));
        Assert.Equal(before.Count, session.Query<int>("SELECT count(*) FROM quotes").Single());
        var rest = 1;
        while (running.MoveNext()) rest++;
        Assert.Equal(before.Count, rest);
        Assert.Equal(before.Count + (3 * 3 * 5), _store.Query<int>("SELECT count(*) FROM quotes").Single());
        Assert.True(session.Version("quotes") < _store.OpenSession().Version("quotes"));
    }

    [Fact]
    public void A_statement_that_is_asked_again_finds_its_files_where_they_were_moved()
    {
        const string sql = "SELECT sum(seq) FROM quotes";
        Ingest("b.csv", 1000, 5);
        using var session = _store.OpenSession();
        var before = session.Query<long>(sql).Single();
        _program.RunOk("compact", "--quiet");
        Ingest("c.csv", 2000, 5);
        Assert.Equal(before, session.Query<long>(sql).Single());
        Assert.NotEqual(before, _store.Query<long>(sql).Single());
    }

    [Fact]
    public void A_scan_goes_on_when_files_that_it_has_not_opened_yet_move()
    {
        const int days = 12, rowsOfDay = 20_000;
        var lines = new List<string> { "symbol,time,price,seq" };
        for (var row = 0; row < days * rowsOfDay; row++) lines.Add($"AIG,2024-03-{1 + (row / rowsOfDay):00} 10:{row % rowsOfDay / 600:00}:{row % rowsOfDay / 10 % 60:00},{row % 97}.5,{row}");
        _program.RunOk("ingest", _folder.Write("days/days.csv", string.Join('\n', lines) + "\n"), "--dataset", "days", "--partition-by", "symbol/date", "--quiet");
        using var session = _store.OpenSession();
        using var scan = session.Scan("days", ["AIG"], null, null, ["seq", "price", "symbol"]);
        Assert.True(scan.Read());
        _program.RunOk("repartition", "symbol/month", "--dataset", "days", "--quiet");
        var next = 0L;
        do
        {
            foreach (var found in scan.Values<long>(0)) Assert.Equal(next++, found);
        }
        while (scan.Read());
        Assert.Equal(days * rowsOfDay, next);
    }

    [Fact]
    public async Task Two_threads_read_one_session()
    {
        using var session = _store.OpenSession();
        var sums = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            () => Enumerable.Range(0, 5).Sum(_ => session.Scan<Quote>("quotes", order: ScanOrder.ByTime).Sum(quote => quote.BidPrice)),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(5 * session.Query<double>("SELECT sum(bid_price) FROM quotes").Single(), sums[0]);
        Assert.Equal(sums[0], sums[1]);
    }

    [Fact]
    public void A_cancelled_token_stops_a_scan_in_the_middle()
    {
        Ingest("b.csv", 10_000, 40_000);
        using var source = new CancellationTokenSource();
        var rows = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var _ in _store.Scan<Quote>("quotes", cancellationToken: source.Token))
            {
                if (++rows == 10) source.Cancel();
            }
        });
        Assert.InRange(rows, 10, 3000);
    }

    private sealed class Renamed
    {
        [Column("bid_price")]
        public decimal Price { get; set; }

        public long? SIZE { get; set; }

        [NotMapped]
        public string Note { get; set; } = "own";
    }

    [Fact]
    public void Query_gives_rows_of_a_class_by_its_properties_and_of_one_column_by_its_value()
    {
        var rows = _store.Query<Renamed>("SELECT bid_price::DECIMAL(18, 2) AS bid_price, size FROM quotes WHERE symbol = $sym ORDER BY time, seq LIMIT 2", new Dictionary<string, object?> { ["sym"] = "IBM" }).ToList();
        Assert.Equal((100.25m, null, "own"), (rows[0].Price, rows[0].SIZE, rows[0].Note));
        Assert.Equal((101.25m, 1L), (rows[1].Price, rows[1].SIZE));
        Assert.Equal(["N", "P", "T"], _store.Query<string>("SELECT DISTINCT venue FROM quotes ORDER BY 1"));
        Assert.Equal([null, 7], _store.Query<int?>("SELECT unnest([NULL, 7::HUGEINT])"));
        Assert.Equal([new DateTimeOffset(2024, 3, 10, 7, 0, 0, TimeSpan.Zero)], _store.Query<DateTimeOffset>("SELECT TIMESTAMPTZ '2024-03-10 07:00:00+00'"));
        Assert.Equal([new DateOnly(2024, 3, 10)], _store.Query<DateOnly>("SELECT DATE '2024-03-10'"));
        Assert.Equal([true], _store.Query<bool>("SELECT true"));
    }

    private readonly record struct Misspelt(DateTime Time, double BidPrize);

    private readonly record struct Mistyped(DateTime Time, int BidPrice);

    private readonly record struct Unwilling(long Size);

    [Fact]
    public void What_does_not_fit_is_said_with_the_nearest_name_or_type()
    {
        Says("Misspelt.BidPrize: dataset 'quotes' has no such column. Did you mean 'bid_price'?", () => _store.Scan<Misspelt>("quotes").Count());
        Says("Mistyped.BidPrice is a int, and column 'bid_price' of dataset 'quotes' holds DOUBLE: expected double.", () => _store.Scan<Mistyped>("quotes").Count());
        Says("Unwilling.Size: column 'size' has no value in a row", () => _store.Scan<Unwilling>("quotes").Count());
        Says("column 'x': the value 300 does not fit into a Byte", () => _store.Query<byte>("SELECT 300 AS x").Count());
        Says("column 'x': the value infinity does not fit into a DateTime", () => _store.Query<DateTime>("SELECT 'infinity'::TIMESTAMP AS x").Count());
        Says("There is no dataset 'quote'. Did you mean 'quotes'?", () => _store.Scan<Quote>("quote").Count());
        Says("The statement gives 2 columns", () => _store.Query<int>("SELECT 1, 2").Count());
        Assert.Throws<ArgumentException>(() => _store.Scan<double>("quotes").Count());
        Assert.Throws<ArgumentException>(() => _store.Scan<Quote>("quotes", ["IBM", "IBM"]).Count());
    }

    private static void Says(string expected, Func<int> ask) => Assert.Contains(expected, Assert.Throws<StoreException>(() => ask()).Message, StringComparison.Ordinal);

    [Fact]
    public void The_example_of_the_README_runs_as_it_stands()
    {
        var readme = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));
        var own = File.ReadAllText(Path.Combine(SourceTree.Root, "tests/HybridStore.Tests/ReadmeExample.cs")).Replace("internal ", "", StringComparison.Ordinal);
        var block = readme[readme.IndexOf("```csharp\n", StringComparison.Ordinal)..].Split("```")[1];
        var lines = block.Split('\n').Skip(1).Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("using HybridStore", StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count > 15);
        Assert.All(lines, line => Assert.Contains(line, own, StringComparison.Ordinal));
        _program.RunOk("ingest", Path.Combine(SourceTree.Root, "data/sample/trades"), "--dataset", "trades", "--quiet");
        var (days, trades, notional, last) = ReadmeExample.Run(_program.Store);
        Assert.Equal((4, 107_131L), (days, trades));
        Assert.True(notional > 0 && last.Year == 2013);
    }

    [Fact]
    public void The_sample_strategy_prints_its_profit()
    {
        _program.RunOk("ingest", Path.Combine(SourceTree.Root, "data/sample/trades"), "--dataset", "trades", "--quiet");
        var run = ShellProgram.Run(Path.Combine(AppContext.BaseDirectory, "strategy"), _program.Store);
        Assert.True(run.ExitCode == 0, run.Error);
        var lines = run.Out.TrimEnd().Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("2013-10-07", lines[0], StringComparison.Ordinal);
        var total = double.Parse(lines[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        Assert.Equal(total, lines[..4].Sum(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)), 6);
        Assert.Contains("107,131 trades", run.Error, StringComparison.Ordinal);
    }
}
