using System.Globalization;
using HybridStore.Hot;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;
using HybridStore.Tests.Query;
using HybridStore.Tests.Support;
using NodaTime;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Zones whose rules were changed since 2018, so that machines, DuckDB and Postgres have others.</summary>
public sealed class ZoneAgreementTests(PostgresServer server) : HotWorld(server)
{
    [Theory]
    [InlineData("America/Vancouver")]
    [InlineData("America/Edmonton")]
    [InlineData("America/Winnipeg")]
    [InlineData("America/Havana")]
    [InlineData("America/Mexico_City")]
    [InlineData("America/Asuncion")]
    [InlineData("America/Godthab")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Africa/Cairo")]
    [InlineData("Asia/Almaty")]
    [InlineData("Asia/Amman")]
    [InlineData("Asia/Beirut")]
    [InlineData("Asia/Gaza")]
    [InlineData("Asia/Tehran")]
    [InlineData("Europe/Dublin")]
    [InlineData("Europe/Volgograd")]
    [InlineData("Pacific/Fiji")]
    [InlineData("Atlantic/Azores")]
    public async Task Ingest_verify_repartition_bars_and_sync_agree_on_the_day_of_every_row(string id)
    {
        var zone = DateTimeZoneProviders.Tzdb[id];
        var times = Times(zone);
        var expected = times.GroupBy(time => time.InZone(zone).Date).OrderBy(day => day.Key)
            .Select(day => $"{day.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}|{day.Count()}").ToList();
        var lines = times.Select((time, row) => $"A,{time.ToString("uuuu-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture)},{row}");
        var source = Folder.Write("power.csv", string.Join('\n', ["unit,time,price", .. lines, ""]));
        new Ingestor(Folder.Path, TimeProvider.System, new IngestProgress(), _ => { })
            .Run(
                new IngestRequest { Paths = [source], Dataset = "power", TimeZone = id, Partitioning = Partitioning.SymbolDate },
                Cancellation);

        var table = new LakeTable(new StorePaths(Folder.Path).Dataset("power"), TimeProvider.System);
        foreach (var layout in (Partitioning?[])[null, Partitioning.Month, Partitioning.SymbolDate])
        {
            if (layout is { } other) Assert.True(table.Repartition(other, Cancellation).Committed);
            Assert.Empty(table.Verify(deep: true, Cancellation).Problems);
            using var engine = QueryEngine.Open([QuerySource.Of(table.TryLoad()!)]);
            Assert.Equal(expected, engine.Rows("select date, count(*) from power group by all order by all"));
            Assert.Equal(expected, engine.Rows("select date, trades from bars('power', '1 day') order by time"));
            Assert.Equal(expected, engine.Rows($"select (time at time zone '{id}')::date d, count(*) from power group by d order by d"));
        }

        await Tier.SyncAsync(table.TryLoad()!, 10_000, null, HotIndex.Btree, null, Cancellation);
        Assert.Equal(expected, await Database.AskAsync("select date || '|' || count(*) from power group by date order by date"));
    }

    /// <summary>Half hours around the last changes of the clocks until 2027, and around the first of December 2026.</summary>
    private static List<Instant> Times(DateTimeZone zone)
    {
        var intervals = zone.GetZoneIntervals(Instant.FromUtc(2017, 12, 1, 0, 0), Instant.FromUtc(2027, 6, 1, 0, 0));
        var changes = intervals.Skip(1).Select(interval => interval.Start).TakeLast(4);
        return [.. changes.Append(Instant.FromUtc(2026, 12, 1, 7, 30))
            .SelectMany(change => Enumerable.Range(-48, 97).Select(step => change + Duration.FromMinutes(30 * step))).Distinct().Order()];
    }
}
