using System.Text;
using HybridStore.Query;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Query;

public sealed class ScanReaderTests : IDisposable
{
    private static readonly DateOnly Monday = new(2013, 10, 7);

    private readonly SampleLake _lake = new();

    public ScanReaderTests()
    {
        _lake.Add(SampleLake.Quotes());
        var random = new Random(7);
        foreach (var symbol in (string[])["AIG", "IBM", "NULL"])
        {
            for (var day = 0; day < 3; day++) AddTicks(symbol, Monday.AddDays(day), 5000, random.Next(1, 40));
        }
    }

    public void Dispose() => _lake.Dispose();

    /// <summary>Ticks with many equal times, within a symbol and between them.</summary>
    private void AddTicks(string symbol, DateOnly day, int count, int step) => _lake.AddFile(
        "quotes", symbol, new DateRange(day, day),
        $"select '{symbol}' as ticker, timestamp '{day:yyyy-MM-dd} 09:30:00' + to_seconds((i * {step} // 50)::integer) as time, case when i % 7 = 0 then null else i::double end as bid, i as size from range({count}) t(i)");

    [Theory]
    [InlineData("IBM")]
    [InlineData("AIG", "IBM")]
    [InlineData("NULL", "IBM", "AIG")]
    [InlineData("IBM", "nobody")]
    public void Read_gives_every_row_once_in_order_of_time_symbol_and_storage(params string[] symbols)
    {
        using var engine = _lake.Open();
        var expected = engine.Rows($"select ticker, epoch_us(time), bid, size from quotes where ticker in ('{string.Join("', '", symbols)}') and date <= '2013-10-08' order by time, list_position(['{string.Join("', '", symbols)}'], ticker), size");
        Assert.Equal(expected, Read(engine, symbols, null, Monday.AddDays(1)));
    }

    [Fact]
    public void Read_sorts_a_day_that_has_several_files()
    {
        AddTicks("IBM", Monday, 3000, 11);
        using var engine = _lake.Open();
        var rows = Read(engine, ["IBM", "AIG"], Monday, Monday);
        Assert.Equal(13_000, rows.Count);
        var times = rows.Select(row => long.Parse(row.Split('|')[1])).ToList();
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void Bytes_are_the_texts()
    {
        using var engine = _lake.Open();
        using var reader = engine.Scan(new ScanRequest { Dataset = "QUOTES", Symbols = ["NULL"], Columns = ["Ticker"] });
        Assert.True(reader.Read());
        Assert.Equal("NULL", Encoding.UTF8.GetString(reader.Bytes(0, reader.RowCount - 1)));
        Assert.Equal(("NULL", 0), (reader.Symbol, reader.SymbolIndex));
    }

    [Fact]
    public void What_is_not_there_is_said_with_the_nearest_name()
    {
        using var engine = _lake.Open();
        Assert.Contains("Did you mean 'quotes'?", Assert.Throws<StoreException>(() => engine.Scan(new ScanRequest { Dataset = "quote", Symbols = ["IBM"], Columns = [] })).Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'bid'?", Assert.Throws<StoreException>(() => engine.Scan(new ScanRequest { Dataset = "quotes", Symbols = ["IBM"], Columns = ["bids"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_before_its_first_row_and_after_its_last_has_no_run()
    {
        using var engine = _lake.Open();
        using var reader = engine.Scan(new ScanRequest { Dataset = "quotes", Symbols = ["nobody"], Columns = [] });
        Assert.Throws<InvalidOperationException>(() => reader.RowCount);
        Assert.False(reader.Read());
        Assert.Throws<InvalidOperationException>(() => reader.Symbol);
    }

    [Fact]
    public void A_cancelled_token_stops_the_scan()
    {
        using var engine = _lake.Open();
        using var source = new CancellationTokenSource();
        using var reader = engine.Scan(new ScanRequest { Dataset = "quotes", Symbols = ["IBM"], Columns = ["bid"] }, source.Token);
        Assert.True(reader.Read());
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            while (reader.Read())
            {
            }
        });
    }

    private static List<string> Read(QueryEngine engine, string[] symbols, DateOnly? from, DateOnly? to)
    {
        using var reader = engine.Scan(new ScanRequest { Dataset = "quotes", Symbols = symbols, From = from, To = to, Columns = ["bid", "size"], Order = ScanOrder.ByTime });
        var rows = new List<string>();
        while (reader.Read())
        {
            var times = reader.TimesUs;
            var bids = reader.Values<double>(0);
            var sizes = reader.Values<long>(1);
            for (var row = 0; row < reader.RowCount; row++)
            {
                rows.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{reader.Symbol}|{times[row]}|{(reader.IsNull(0, row) ? "-" : bids[row].ToString("0.0"))}|{sizes[row]}"));
            }
        }

        return rows;
    }
}
