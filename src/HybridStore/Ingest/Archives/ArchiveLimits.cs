namespace HybridStore.Ingest.Archives;

/// <summary>How much an archive may unpack to: what is beyond is taken for a zip bomb and not unpacked.</summary>
/// <param name="PlainBytesMax">Of all members together.</param>
/// <param name="RatioMax">Plain bytes of all members by bytes of the archive. CSV packs by 4 to 100.</param>
/// <param name="SmallBytes">Plain bytes up to which the ratio does not matter.</param>
internal sealed record ArchiveLimits(long PlainBytesMax, int RatioMax, long SmallBytes)
{
    internal static ArchiveLimits Default { get; } = new(PlainBytesMax: 4L << 40, RatioMax: 500, SmallBytes: 64L << 20);

    /// <summary>Why an archive is not unpacked; null when it may be.</summary>
    /// <param name="archiveBytes">Its size.</param>
    /// <param name="members">What its directory says; no member is unpacked beyond that.</param>
    internal string? Refuse(long archiveBytes, IReadOnlyList<ZipMember> members)
    {
        var packed = members.Aggregate(0.0, (sum, member) => sum + member.PackedBytes);
        var plain = members.Aggregate(0.0, (sum, member) => sum + member.PlainBytes);
        if (packed > archiveBytes) return $"its members take {packed:0} bytes, more than the {archiveBytes} bytes that it has: they overlap. It looks like a zip bomb and is not unpacked.";
        if (plain > PlainBytesMax) return $"would unpack to {plain:0} bytes, more than the limit of {PlainBytesMax}. It looks like a zip bomb and is not unpacked; if it is none, unpack it first.";
        if (plain > SmallBytes && plain > archiveBytes * (double)RatioMax)
        {
            return $"would unpack to {plain / archiveBytes:0} times its size, more than the limit of {RatioMax}. It looks like a zip bomb and is not unpacked; if it is none, unpack it first.";
        }

        return null;
    }
}
