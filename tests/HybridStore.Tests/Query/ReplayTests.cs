using System.Globalization;
using System.Text;
using HybridStore.Query;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Query;

/// <summary>Rows of many symbols in one order of time, which are kept and sorted day by day.</summary>
public sealed class ReplayTests : IDisposable
{
    private static readonly DateOnly Monday = new(2024, 11, 4);

    private readonly SampleLake _lake = new();

    public void Dispose() => _lake.Dispose();

    /// <summary>Readings of generators: half of them every five minutes, half at odd times that some share; texts of up to 40 bytes; every column has gaps but the time.</summary>
    private void AddReadings(DateOnly day, int symbols, int rows, string salt = "") => _lake.AddFile("gens", null, new DateRange(day, day),
        $"""
        select printf('G%04d', g) as duid,
            case when g % 2 = 0 then timestamp '{day:yyyy-MM-dd}' + to_minutes((i * 5 % 1440)::int) else timestamp '{day:yyyy-MM-dd}' + to_microseconds((hash(g * 1000 + i, '{salt}') % 9000 * 9600000)::bigint) end as time,
            case when (i + g) % 7 = 0 then null else i + g / 1000.0 end as mw, case when i % 5 <> 0 then g * 1000 + i end as seq, case when i % 3 <> 0 then i % 2 = 0 end as is_on,
            case when i % 11 <> 0 then (i * 10 + g)::decimal(18, 3) end as price, case when i % 13 <> 0 then date '{day:yyyy-MM-dd}' - i::int end as since,
            case when i % 4 <> 0 then repeat('x', (g * 7 + i) % 40) || '{salt}' || g end as note
        from range({rows}) a(i), range({symbols}) b(g) order by duid, time, i
        """);

    private void AddGenerators(Partitioning partitioning = Partitioning.Date) => _lake.Add(new Dataset
    {
        Name = "gens",
        Columns =
        [
            new("duid", new(ColumnKind.Varchar)), new("time", new(ColumnKind.Timestamp)), new("mw", new(ColumnKind.Double)), new("seq", new(ColumnKind.BigInt)), new("is_on", new(ColumnKind.Boolean)),
            new("price", new(ColumnKind.Decimal, 18, 3)), new("since", new(ColumnKind.Date)), new("note", new(ColumnKind.Varchar)),
        ],
        SymbolColumn = "duid",
        TimeColumn = "time",
        Partitioning = partitioning,
    });

    [Fact]
    public void Read_gives_mixed_columns_in_order_of_time_then_symbol_then_storage()
    {
        AddGenerators();
        for (var day = 0; day < 3; day++) AddReadings(Monday.AddDays(day), 70, 200);
        AddReadings(Monday, 40, 150, "again"); // A second file of the day, whose symbols begin anew.
        using var engine = _lake.Open();
        var found = Read(engine, symbols: null);
        Assert.Equal((3 * 70 * 200) + (40 * 150), found.Count);
        Assert.Equal(engine.Rows($"select {Row} from gens").Order(), found.Order());
        Assert.Equal(engine.Rows("select epoch_us(time), duid from gens order by time, duid"), found.Select(TimeAndSymbol));
    }

    [Fact]
    public void Ties_within_a_symbol_stay_as_they_are_stored()
    {
        AddGenerators();
        _lake.AddFile("gens", null, new DateRange(Monday, Monday), Constant(0));
        _lake.AddFile("gens", null, new DateRange(Monday, Monday), Constant(1000));
        using var engine = _lake.Open();
        using var reader = engine.Scan(new ScanRequest { Dataset = "gens", Columns = ["seq"], Order = ScanOrder.ByTime });
        var sequences = new List<(int Symbol, long Seq)>();
        while (reader.Read())
        {
            foreach (var value in reader.Values<long>(0)) sequences.Add((reader.SymbolIndex, value));
        }

        Assert.Equal(Enumerable.Range(0, 10).SelectMany(symbol => Enumerable.Range(0, 300).Concat(Enumerable.Range(1000, 300)).Select(seq => (symbol, (long)seq))), sequences);

        static string Constant(int first) =>
            $"select printf('G%04d', g) as duid, timestamp '2024-11-04 12:00:00' as time, 0.0 as mw, {first} + i as seq, true as is_on, 1::decimal(18, 3) as price, date '2024-11-04' as since, 'n' as note from range(300) a(i), range(10) b(g) order by duid, i";
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Symbols_that_were_asked_for_come_in_their_order_at_equal_times_and_others_not_at_all(bool isSortedInMemory)
    {
        AddGenerators();
        AddReadings(Monday, 60, 2000);
        var symbols = new[] { "G0058", "G0003", "nobody", "G0002", "G0004", "G0006", "G0008" };
        // So little memory is left to sort in that DuckDB sorts, on the disk if it must.
        using var engine = _lake.Open(isSortedInMemory ? null : new QueryOptions { MemoryBytesMax = 64 << 20 });
        var list = string.Join("', '", symbols);
        Assert.Equal(
            engine.Rows($"select epoch_us(time), duid from gens where duid in ('{list}') order by time, list_position(['{list}'], duid)"),
            Read(engine, symbols).Select(TimeAndSymbol));
    }

    [Fact]
    public void A_cancelled_token_stops_a_replay_between_rows_that_are_kept()
    {
        AddGenerators();
        AddReadings(Monday, 60, 100);
        using var engine = _lake.Open();
        using var source = new CancellationTokenSource();
        using var reader = engine.Scan(new ScanRequest { Dataset = "gens", Columns = ["mw"], Order = ScanOrder.ByTime }, source.Token);
        Assert.True(reader.Read());
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            while (reader.Read())
            {
            }
        });
    }

    private const string Row = "epoch_us(time), duid, mw, seq, is_on, price, since, note";

    private static string TimeAndSymbol(string row) => string.Join('|', row.Split('|')[..2]);

    private static List<string> Read(QueryEngine engine, string[]? symbols)
    {
        using var reader = engine.Scan(new ScanRequest { Dataset = "gens", Symbols = symbols, Columns = ["mw", "seq", "is_on", "price", "since", "note"], Order = ScanOrder.ByTime });
        var rows = new List<string>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.RowCount; row++)
            {
                var texts = new List<string> { reader.TimesUs[row].ToString(CultureInfo.InvariantCulture), reader.Symbol };
                for (var column = 0; column < 5; column++) texts.Add(reader.IsNull(column, row) ? "-" : ValueText.Of(reader.Rows.Chunk.Column(column + 1), reader.FirstRow + row)!);
                texts.Add(reader.IsNull(5, row) ? "-" : Encoding.UTF8.GetString(reader.Bytes(5, row)));
                rows.Add(string.Join('|', texts));
            }
        }

        return rows;
    }
}
