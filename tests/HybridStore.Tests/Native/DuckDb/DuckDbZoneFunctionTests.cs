using System.Text;
using HybridStore.Native.DuckDb;
using NodaTime;
using Xunit;

namespace HybridStore.Tests.Native.DuckDb;

/// <summary>NodaTime's own conversions are the reference.</summary>
public sealed class DuckDbZoneFunctionTests : IDisposable
{
    private static readonly Instant From = Instant.FromUtc(2017, 12, 1, 0, 0);
    private static readonly Instant Until = Instant.FromUtc(2032, 1, 1, 0, 0);

    private readonly DuckDbDatabase _database = DuckDbDatabase.Open(settings: new Dictionary<string, string> { ["threads"] = "1" });
    private readonly DuckDbConnection _connection;

    public DuckDbZoneFunctionTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData("timestamptz '2026-12-01 07:30:00Z' at time zone 'America/Vancouver'", "2026-12-01 00:30:00")]
    [InlineData("timestamp '2026-12-01 00:30:00' at time zone 'america/vancouver'", "2026-12-01 07:30:00+00")]
    [InlineData("timezone('Europe/Dublin', timestamp '2024-10-27 01:30')", "2024-10-27 01:30:00+00")]
    [InlineData("timezone('Europe/Dublin', timestamp '2024-03-31 01:30')", "2024-03-31 01:30:00+00")]
    [InlineData("hybrid_zone_start('Europe/Dublin', timestamp '2024-10-27 01:30')", "2024-10-27 00:30:00+00")]
    [InlineData("hybrid_zone_start('Europe/Dublin', timestamp '2024-03-31 01:30')", "2024-03-31 01:00:00+00")]
    [InlineData("hybrid_zone_start('Atlantic/Azores', timestamp '2024-10-27')", "2024-10-27 00:00:00+00")]
    [InlineData("hybrid_zone_start('Pacific/Apia', timestamp '2011-12-30')", "2011-12-30 10:00:00+00")]
    [InlineData("timezone('UTC', timestamptz 'infinity')", "infinity")]
    [InlineData("timezone('America/New_York', timestamp '-infinity')", "-infinity")]
    [InlineData("coalesce(timezone(NULL, timestamp '2024-01-01')::varchar, 'none')", "none")]
    [InlineData("coalesce(timezone('UTC', NULL::timestamptz)::varchar, 'none')", "none")]
    [InlineData("timestamptz '9999-12-31 23:59:59.999999Z' at time zone 'Pacific/Kiritimati'", "10000-01-01 13:59:59.999999")]
    [InlineData("timestamptz '0001-01-01 00:00:00Z' at time zone 'America/New_York'", "0001-12-31 (BC) 19:03:58")]
    [InlineData("year(timestamptz '2024-05-01 00:00:00Z')", "2024")]
    public void Zones_are_those_of_the_database_that_hybrid_carries(string expression, string expected) =>
        Assert.Equal(expected, Text($"select ({expression})::varchar"));

    [Theory]
    [InlineData("timestamptz '2024-01-01 00:00:00Z' at time zone 'America/Nowhere'", "There is no time zone 'America/Nowhere'")]
    [InlineData("timestamptz '294247-01-10 04:00:54Z' at time zone 'Asia/Tokyo'", "too far from now")]
    public void What_has_no_answer_is_refused(string expression, string expected)
    {
        var error = Assert.Throws<DuckDbException>(() => _connection.Query($"select {expression}"));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Every_zone_is_converted_as_NodaTime_does_around_each_change_of_its_clocks_since_2018()
    {
        var changes = 0;
        foreach (var id in DateTimeZoneProviders.Tzdb.Ids)
        {
            var zone = DateTimeZoneProviders.Tzdb[id];
            var changed = zone.GetZoneIntervals(From, Until).Where(interval => interval.HasEnd && interval.End < Until);
            var instants = changed.SelectMany(interval => Around(interval.End)).ToList();
            changes += instants.Count;
            instants.Add(From);
            var expected = instants.Select(instant => Expected(zone, instant)).ToList();
            var actual = Numbers(
                $"""
                select epoch_us(timezone('{id}', t)), epoch_us(timezone('{id}', t::TIMESTAMP)),
                    epoch_us(hybrid_zone_start('{id}', t::TIMESTAMP))
                from (select make_timestamptz(unnest([{string.Join(",", instants.Select(Microseconds))}])) as t)
                """);
            Assert.Equal(expected, actual);
        }

        Assert.True(changes > 100_000, $"{changes}");
    }

    /// <summary>The times by which a change can be seen, from two days before it to two days after.</summary>
    private static IEnumerable<Instant> Around(Instant change) =>
        from minutes in (int[])[-2880, -1470, -720, -150, -90, -60, -30, -15, 0, 15, 30, 60, 90, 150, 720, 1470, 2880]
        from microseconds in (int[])[-1, 0]
        select change.Plus(Duration.FromMinutes(minutes) + Duration.FromTicks(microseconds * 10));

    private static (long Local, long Instant, long Start) Expected(DateTimeZone zone, Instant instant)
    {
        var local = instant.InUtc().LocalDateTime;
        var mapping = zone.MapLocal(local);
        var start = mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant();
        var last = mapping.Count == 0 ? local.WithOffset(mapping.EarlyInterval.WallOffset).ToInstant() : mapping.Last().ToInstant();
        return (Microseconds(instant.InZone(zone).LocalDateTime.InUtc().ToInstant()), Microseconds(last), Microseconds(start));
    }

    private static long Microseconds(Instant instant) => instant.ToUnixTimeTicks() / 10;

    private string Text(string sql)
    {
        using var result = _connection.Query(sql);
        result.Read();
        return Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(0));
    }

    private List<(long, long, long)> Numbers(string sql)
    {
        var rows = new List<(long, long, long)>();
        using var result = _connection.Query(sql);
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++)
            {
                rows.Add((Number(result.Chunk, 0, row), Number(result.Chunk, 1, row), Number(result.Chunk, 2, row)));
            }
        }

        return rows;
    }

    private static long Number(DuckDbChunk chunk, int column, int row) => chunk.Column(column).Values<long>()[row];
}
