using HybridStore.Native.Zones;

namespace HybridStore.Schema;

/// <summary>The zones of datasets.</summary>
public static class DatasetZone
{
    /// <summary>The zone that somebody asks for.</summary>
    /// <param name="option">Where, for the message, such as <c>--timezone</c>.</param>
    /// <param name="zone">An IANA name, in any case.</param>
    /// <exception cref="StoreException">Usage: there is no such zone.</exception>
    public static ZoneRules Require(string option, string zone) => ZoneDatabase.Find(zone) ?? throw new StoreException(
        StoreErrorKind.Usage,
        $"{option}: expected an IANA time zone such as America/New_York, found '{zone}', which the database {ZoneDatabase.Version} "
        + "does not have. " + Suggestion.For(zone, [.. ZoneDatabase.Ids]));

    /// <summary>The zone of a dataset.</summary>
    /// <exception cref="StoreException">CorruptStore: the log names a zone that there is not.</exception>
    internal static ZoneRules Of(Dataset dataset) => ZoneDatabase.Find(dataset.TimeZone) ?? throw new StoreException(
        StoreErrorKind.CorruptStore,
        $"Dataset '{dataset.Name}': expected an IANA time zone, found '{dataset.TimeZone}', which the database {ZoneDatabase.Version} "
        + "does not have. It was made by a program with other zones: ingest its sources into a new dataset with --timezone ZONE.");
}
