using System.Collections.Concurrent;
using NodaTime.TimeZones;

namespace HybridStore.Native.Zones;

/// <summary>The one database of time zones that everything stored and computed goes by: the IANA rules in the package NodaTime.</summary>
/// <remarks>Thread-safe. Read at the first zone other than UTC.</remarks>
public static class ZoneDatabase
{
    private static readonly ConcurrentDictionary<string, ZoneRules?> Known = new() { [ZoneRules.Utc.Id] = ZoneRules.Utc };

    /// <summary>The release of the IANA database, such as <c>2026f</c>.</summary>
    public static string Version => TzdbDateTimeZoneSource.Default.TzdbVersion;

    /// <summary>The zones' IANA names, also those that are other names of a zone.</summary>
    public static IEnumerable<string> Ids => TzdbDateTimeZoneSource.Default.GetIds();

    /// <summary>A zone.</summary>
    /// <param name="id">Its IANA name, in any case.</param>
    /// <returns>Null when there is none.</returns>
    public static ZoneRules? Find(string id) => Known.GetOrAdd(id, Load);

    private static ZoneRules? Load(string id)
    {
        var source = TzdbDateTimeZoneSource.Default;
        if (source.CanonicalIdMap.TryGetValue(id, out var canonical)) return new ZoneRules(id, source.ForId(canonical));
        var spelled = source.CanonicalIdMap.Keys.FirstOrDefault(key => key.Equals(id, StringComparison.OrdinalIgnoreCase));
        return spelled is null ? null : Find(spelled);
    }
}
