using HybridStore.Native.DuckDb;
using HybridStore.Native.Zones;

namespace HybridStore.Cli.Doctor;

/// <summary>Compares hybrid's zones with those of DuckDB's ICU, of the machine and of Postgres, for the hours of the datasets.</summary>
internal static class ZoneChecks
{
    private const string Check = "time zones";

    /// <summary>Compares those of this process.</summary>
    internal static Finding Run(StorePaths paths)
    {
        var spans = ZoneSpan.Of(paths);
        var mine = $"IANA {ZoneDatabase.Version}";
        if (spans.Count == 0) return Finding.Ok(Check, $"{mine}; no dataset has one but UTC");
        List<string> others =
        [
            .. Others("DuckDB's own zones differ", spans, DuckDbOffsets), .. Others("the machine's differ", spans, MachineOffsets),
        ];
        var zones = string.Join(", ", spans.Select(span => span.Rules.Id));
        return others.Count == 0
            ? Finding.Ok(Check, $"{mine}; DuckDB's own and the machine's agree for {zones}")
            : Finding.Warn(
                Check,
                $"{mine}; {string.Join("; ", others)}",
                "Dates, functions and AT TIME ZONE in 'hybrid sql' go by hybrid's; time_bucket(..., ZONE) and other programs do not.");
    }

    /// <summary>Compares those of Postgres.</summary>
    /// <param name="spans">The zones.</param>
    /// <param name="offsets">Asks Postgres.</param>
    internal static async Task<Finding> OfPostgresAsync(IReadOnlyList<ZoneSpan> spans, Func<ZoneSpan, Task<IReadOnlyList<long>?>> offsets)
    {
        const string check = "time zones of postgres";
        var differences = new List<string>();
        foreach (var span in spans)
        {
            if (span.Difference(await offsets(span)) is { } difference) differences.Add(difference);
        }

        return differences.Count == 0
            ? Finding.Ok(check, $"agree with IANA {ZoneDatabase.Version} for the datasets")
            : Finding.Warn(
                check,
                $"differ from IANA {ZoneDatabase.Version}: {string.Join(", ", differences)}",
                "The dates of loaded rows are the lake's; AT TIME ZONE in Postgres is not: update it, or group by the column date.");
    }

    private static IEnumerable<string> Others(string words, IReadOnlyList<ZoneSpan> spans, Func<ZoneSpan, IReadOnlyList<long>?> offsets)
    {
        var differences = spans.Select(span => span.Difference(offsets(span))).OfType<string>().ToList();
        return differences.Count == 0 ? [] : [$"{words}: {string.Join(", ", differences)}"];
    }

    private static List<long>? MachineOffsets(ZoneSpan span)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(span.Rules.Id, out var zone)) return null;
        return [.. Enumerable.Range(0, span.HourCount).Select(hour => OffsetUs(DateTime.UnixEpoch.AddMicroseconds(span.HourUs(hour))))];

        long OffsetUs(DateTime utc) => zone.GetUtcOffset(utc).Ticks / TimeSpan.TicksPerMicrosecond;
    }

    private static List<long>? DuckDbOffsets(ZoneSpan span)
    {
        try
        {
            using var database = DuckDbDatabase.Open(null, new Dictionary<string, string> { ["threads"] = "1", ["memory_limit"] = "256MB", ["temp_directory"] = "" });
            using var connection = database.Connect();
            connection.Execute(ZoneSql.Use(span.Rules.Id));
            using var result = connection.Query(ZoneSql.Offsets(span));
            var offsets = new List<long>(span.HourCount);
            while (result.Read()) offsets.AddRange(result.Chunk.Column(0).Values<long>());
            return offsets;
        }
        catch (DuckDbException)
        {
            return null;
        }
    }
}
