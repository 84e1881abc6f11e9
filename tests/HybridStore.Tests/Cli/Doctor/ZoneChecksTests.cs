using HybridStore.Cli.Doctor;
using HybridStore.Ingest;
using HybridStore.Native.Zones;
using HybridStore.Schema;
using HybridStore.Tests.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Cli.Doctor;

public sealed class ZoneChecksTests(PostgresServer server) : HotWorld(server)
{
    private StorePaths Paths => new(Folder.Path);

    [Fact]
    public void Doctor_names_the_zones_of_the_datasets_for_which_DuckDBs_own_rules_differ_and_from_when_on()
    {
        Ingest("tokyo", "Asia/Tokyo", "2026-12-01T07:30:00Z");
        Assert.Equal(FindingStatus.Ok, ZoneChecks.Run(Paths).Status);

        Ingest("winnipeg", "America/Winnipeg", "2026-10-31T12:00:00Z", "2026-12-01T07:30:00Z");
        var finding = ZoneChecks.Run(Paths);
        Assert.Equal(FindingStatus.Warn, finding.Status);
        // DuckDB 1.5.6 carries rules of early 2026: winter of 2026 is not yet abolished there.
        Assert.Contains("DuckDB's own zones differ: America/Winnipeg from 2026-11-01 on", finding.Found);
        Assert.DoesNotContain("Tokyo", finding.Found);
        Assert.Contains("hybrid sql", finding.Advice);
    }

    [Fact]
    public void A_store_in_UTC_and_one_without_rows_have_nothing_to_compare()
    {
        Assert.Empty(ZoneSpan.Of(Paths));
        Ingest("utc", "UTC", "2026-12-01T07:30:00Z");
        Assert.Empty(ZoneSpan.Of(Paths));
        Assert.Equal(FindingStatus.Ok, ZoneChecks.Run(Paths).Status);
    }

    [Fact]
    public async Task Clocks_of_Postgres_are_compared_hour_by_hour()
    {
        Ingest("berlin", "Europe/Berlin", "2024-10-26T12:00:00Z", "2024-10-28T12:00:00Z");
        var span = Assert.Single(ZoneSpan.Of(Paths));
        Assert.Equal(new DateRange(new DateOnly(2024, 10, 25), new DateOnly(2024, 10, 29)), span.Days);
        var offsets = await Tier.ZoneOffsetsAsync(span.Rules.Id, span.HourUs(0), span.HourCount, Cancellation);
        Assert.Null(span.Difference(offsets));
        Assert.Equal(FindingStatus.Ok, (await ZoneChecks.OfPostgresAsync([span], _ => Task.FromResult(offsets))).Status);

        var wrong = offsets!.Select((offset, hour) => hour == 60 ? offset - 1 : offset).ToList();
        Assert.Equal("Europe/Berlin from 2024-10-27 on", span.Difference(wrong));
        var finding = await ZoneChecks.OfPostgresAsync([span], _ => Task.FromResult<IReadOnlyList<long>?>(wrong));
        Assert.Equal(FindingStatus.Warn, finding.Status);
        Assert.Contains($"differ from IANA {ZoneDatabase.Version}: Europe/Berlin", finding.Found);

        Assert.Null(await Tier.ZoneOffsetsAsync("America/Nowhere", span.HourUs(0), 1, Cancellation));
        Assert.Equal("Europe/Berlin (not known)", span.Difference(null));
    }

    private void Ingest(string dataset, string zone, params string[] times)
    {
        var lines = times.Select((time, row) => $"A,{time},{row}");
        var source = Folder.Write($"{dataset}.csv", string.Join('\n', ["unit,time,mw", .. lines, ""]));
        var request = new IngestRequest { Paths = [source], Dataset = dataset, TimeZone = zone, Partitioning = Partitioning.SymbolDate };
        new Ingestor(Folder.Path, TimeProvider.System, new IngestProgress(), _ => { }).Run(request, Cancellation);
    }
}
