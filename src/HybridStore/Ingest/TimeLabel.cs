using System.Globalization;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>A time as the report shows it.</summary>
internal static class TimeLabel
{
    /// <summary>ISO 8601, without the digits that are zero.</summary>
    /// <param name="timeUs">Microseconds since 1970-01-01.</param>
    /// <param name="kind">The time column's type.</param>
    internal static string Of(long timeUs, ColumnKind kind)
    {
        var time = DateTime.UnixEpoch.AddTicks(timeUs * TimeSpan.TicksPerMicrosecond);
        return kind switch
        {
            ColumnKind.Date => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ColumnKind.TimestampTz => time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture),
            _ => time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        };
    }
}
