using HybridStore.Ingest;
using HybridStore.Native.Zones;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

public sealed class PartitionClockTests
{
    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Australia/Sydney")]
    [InlineData("UTC")]
    public void DayOf_an_instant_is_the_local_calendar_day_also_when_clocks_change(string zoneName)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var clock = new PartitionClock(ColumnKind.TimestampTz, ZoneDatabase.Find(zoneName)!);
        var random = new Random(7);
        var start = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var minute = 0; minute < 2 * 366 * 24 * 60; minute += random.Next(1, 40))
        {
            var utc = start.AddMinutes(minute);
            var expected = (TimeZoneInfo.ConvertTimeFromUtc(utc, zone).Date - DateTime.UnixEpoch).Days;
            Assert.Equal(expected, clock.DayOf((utc.Ticks - DateTime.UnixEpoch.Ticks) / 10));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, -1)]
    [InlineData(-86_400_000_000, -1)]
    [InlineData(-86_400_000_001, -2)]
    [InlineData(86_399_999_999, 0)]
    [InlineData(86_400_000_000, 1)]
    public void DayOf_a_local_time_floors(long timeUs, int expected) =>
        Assert.Equal(expected, new PartitionClock(ColumnKind.Timestamp, ZoneRules.Utc).DayOf(timeUs));
}
