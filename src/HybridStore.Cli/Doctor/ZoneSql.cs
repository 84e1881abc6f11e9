using System.Globalization;

namespace HybridStore.Cli.Doctor;

/// <summary>The SQL that asks DuckDB's own zones.</summary>
internal static class ZoneSql
{
    /// <summary>Makes a zone that of the connection, which goes by DuckDB's ICU.</summary>
    internal static string Use(string zone) => $"SET TimeZone = '{zone.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Local time minus UTC by the hour, in microseconds.</summary>
    internal static string Offsets(ZoneSpan span) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT epoch_us(t::TIMESTAMP) - epoch_us(t) FROM (SELECT hour, make_timestamptz({span.HourUs(0)} + hour * 3600000000) AS t ")
        + string.Create(CultureInfo.InvariantCulture, $"FROM range({span.HourCount}) AS hours(hour)) ORDER BY hour");
}
