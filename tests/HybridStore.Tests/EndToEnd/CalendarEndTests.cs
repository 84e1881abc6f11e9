using HybridStore.Coverage;
using HybridStore.Derive;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using HybridStore.Query.Export;
using HybridStore.Schema;
using HybridStore.Tests.Query;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>Rows on the first and the last day of the calendar, as open ends of contracts have them, and what lies beyond.</summary>
public sealed class CalendarEndTests : IDisposable
{
    private static readonly QueryOptions Limits = new();

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StorePaths Store => new(_folder.File("store"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Partitioning.SymbolDate)]
    [InlineData(Partitioning.Month)]
    [InlineData(Partitioning.Year)]
    public void The_first_and_the_last_day_are_days_like_others(Partitioning layout)
    {
        string[] lines = ["A,0001-01-01 00:00:00,1", "A,0001-01-01 00:30,2", "A,9999-12-31 23:00:00,3", "A,9999-12-31 23:59:59.999999,4"];
        Ingest("ticks", null, lines);
        var table = Table("ticks");
        if (layout != table.TryLoad()!.Dataset.Partitioning) Assert.True(table.Repartition(layout, Token).Committed);
        table.Compact(1 << 30, Token);
        Assert.Empty(table.Verify(deep: true, Token).Problems);
        var deriver = new Deriver(Store, TimeProvider.System, Limits);
        foreach (var (name, derivation) in Derivations())
        {
            deriver.Declare(name, derivation, null, rebuild: false, Token);
            Assert.Equal(DeriveStatus.Unchanged, deriver.Refresh(name, rebuild: false, Token).Status);
        }

        Ingest("ticks", null, ["A,9999-12-31 23:10:00,5", "A,0001-01-01 00:10:00,6"], "more.csv");
        foreach (var (name, _) in Derivations())
        {
            Assert.Equal(DeriveStatus.Updated, deriver.Refresh(name, rebuild: false, Token).Status);
            Assert.Empty(Table(name).Verify(deep: true, Token).Problems);
        }

        using var engine = QueryEngine.Open([.. LakeTable.Datasets(Store).Select(name => QuerySource.Of(Table(name).TryLoad()!))]);
        string[] days = ["0001-01-01|3", "9999-12-31|3"];
        Assert.Equal(days, engine.Rows("select date, count(*) from ticks group by all order by all"));
        Assert.Equal(days, engine.Rows("select date, trades from bars('ticks', '1 day', '0001-01-01', '9999-12-31') order by date"));
        Assert.Equal(days, engine.Rows("select date, sum(trades)::bigint from ticks_bars group by all order by all"));
        const string energy = "energy('ticks', 'price', '1 hour', '1 hour', '9999-12-31', '9999-12-31')";
        Assert.Equal(["9999-12-31"], engine.Rows($"select distinct date from {energy}"));
        Assert.Equal(["3"], engine.Rows("select count(*) from ticks where time > '9999-12-31' and date >= '9999-12-31'"));
        AssertCovered();
        var target = _folder.File("out.csv");
        var request = new ExportRequest
        {
            Dataset = "ticks",
            Path = target,
            Format = ExportFormat.Csv,
            From = DateOnly.MinValue,
            To = DateOnly.MaxValue,
        };
        Assert.Equal(6, new Exporter(Store, TimeProvider.System).Run(request, Limits, Token).Rows);
    }

    [Theory]
    [InlineData("America/New_York", "0001-01-01T04:56:02Z", "0001-01-01T04:56:01Z")]
    [InlineData("America/New_York", "9999-12-31T23:59:59.999999Z", "9999-12-31T19:00:00-05:00")]
    [InlineData("Pacific/Kiritimati", "9999-12-31T09:59:59.999999Z", "9999-12-31T10:00:00Z")]
    [InlineData("Asia/Tokyo", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+09:00")]
    public void An_instant_whose_local_day_is_in_no_calendar_is_quarantined(string zone, string last, string beyond)
    {
        var report = Ingest("ticks", zone, ["A,2024-11-01T12:00:00Z,0", $"A,{last},1", $"A,{beyond},2"]);
        Assert.Equal((2, 1), (report.Totals.RowsStored, report.Totals.RowsRejected));
        Assert.Empty(Table("ticks").Verify(deep: true, Token).Problems);
        var reject = File.ReadAllLines(RejectFileName.Live(Table("ticks").TryLoad()!).Single().Path)[1];
        Assert.Contains("beyond its range", reject);
    }

    [Fact]
    public void A_local_time_whose_instant_is_beyond_the_year_9999_is_quarantined()
    {
        var time = new Dictionary<string, ColumnType> { ["time"] = new(ColumnKind.TimestampTz) };
        var report = Ingest("ticks", "America/New_York", ["A,9999-12-31 18:59:59,1", "A,9999-12-31 19:00:00,2"], types: time);
        Assert.Equal((1, 1), (report.Totals.RowsStored, report.Totals.RowsRejected));
    }

    [Fact]
    public void Times_of_no_calendar_in_an_adopted_file_are_refused()
    {
        var folder = Directory.CreateDirectory(_folder.File("parquet")).FullName;
        using (var database = DuckDbDatabase.Open())
        using (var connection = database.Connect())
        {
            var file = Path.Combine(folder, "a.parquet");
            connection.Execute($"COPY (SELECT 'A' AS symbol, TIMESTAMP 'infinity' AS time) TO {SqlText.Literal(file)}");
        }

        var request = new AdoptRequest { SymbolColumn = "symbol", TimeColumn = "time", Rewrites = true };
        var refused = Assert.Throws<StoreException>(() => Table("ticks").Adopt(folder, request, Token));
        Assert.Equal(StoreErrorKind.SourceData, refused.Kind);
        Assert.Contains("years 1 to 9999", refused.Message);
    }

    [Fact]
    public void An_interval_of_more_days_than_there_are_is_refused() =>
        Assert.Equal(StoreErrorKind.Usage, Assert.Throws<StoreException>(() => IntervalText.Parse($"{int.MaxValue}d")).Kind);

    private static IEnumerable<(string Name, Derivation Derivation)> Derivations() =>
    [
        ("ticks_bars", new Derivation("ticks", "bars", "1 hour")),
        ("ticks_energy", new Derivation("ticks", "energy", "30 minutes", "price")),
        ("ticks_sql", new Derivation("ticks", Sql: "select symbol, time, price * 2 as price from ticks")),
    ];

    private void AssertCovered()
    {
        var from = DateOnly.MaxValue.AddDays(-3);
        var request = new CoverageRequest { From = from, To = DateOnly.MaxValue, Calendar = TradingCalendar.EveryDay };
        var last = new CoverageReader(Table("ticks")).Read(request, Token);
        Assert.Equal((3, 4), (last.Missing, last.Symbols.Single().Days.Count));
        var all = new CoverageReader(Table("ticks")).Read(new CoverageRequest(), Token);
        Assert.Equal((DateOnly.MinValue, DateOnly.MaxValue), (all.From, all.To));
    }

    private LakeTable Table(string name) => new(Store.Dataset(name), TimeProvider.System);

    private IngestReport Ingest(
        string dataset, string? zone, string[] lines, string file = "a.csv", Dictionary<string, ColumnType>? types = null)
    {
        var request = new IngestRequest
        {
            Paths = [_folder.Write(file, string.Join('\n', ["symbol,time,price", .. lines, ""]))],
            Dataset = dataset,
            TimeZone = zone,
            ColumnTypes = types ?? [],
        };
        return new Ingestor(Store.Root, TimeProvider.System, new IngestProgress(), _ => { }).Run(request, Token).Single();
    }
}
