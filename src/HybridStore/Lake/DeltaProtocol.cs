namespace HybridStore.Lake;

/// <summary>Delta's action <c>protocol</c>: what a program must know to read the table, and to write it.</summary>
/// <param name="ReaderVersion">1, or 3 with features.</param>
/// <param name="WriterVersion">1 or 2, or 7 with features.</param>
/// <param name="ReaderFeatures">Their names.</param>
/// <param name="WriterFeatures">Their names.</param>
/// <remarks>FORMAT.md, "Protocol".</remarks>
internal sealed record DeltaProtocol(int ReaderVersion, int WriterVersion, IReadOnlyList<string> ReaderFeatures, IReadOnlyList<string> WriterFeatures)
{
    private const string TimestampNtz = "timestampNtz";

    /// <summary>Features that ask of a reader only what is looked at elsewhere: the types of columns and of files.</summary>
    private static readonly string[] HarmlessReaderFeatures = [TimestampNtz, "variantType", "variantType-preview", "typeWidening", "typeWidening-preview", "vacuumProtocolCheck"];

    /// <summary>Features that ask nothing of a writer that only appends and replaces files, unless a setting or a column turns them on.</summary>
    private static readonly string[] HarmlessWriterFeatures = [.. HarmlessReaderFeatures, "appendOnly", "invariants"];

    /// <summary>What hybrid writes.</summary>
    /// <param name="timestampNtz">Whether a column is a time without a zone.</param>
    internal static DeltaProtocol For(bool timestampNtz) =>
        timestampNtz ? new(3, 7, [TimestampNtz], [TimestampNtz]) : new(1, 2, [], []);

    /// <summary>Whether another asks the same of readers and writers.</summary>
    internal bool IsSame(DeltaProtocol other) => ReaderVersion == other.ReaderVersion && WriterVersion == other.WriterVersion
        && ReaderFeatures.ToHashSet().SetEquals(other.ReaderFeatures) && WriterFeatures.ToHashSet().SetEquals(other.WriterFeatures);

    /// <summary>Whether files of the table may have narrower types than its columns, also those that hybrid wrote before another program widened one.</summary>
    internal bool WidensTypes => ReaderFeatures.Any(feature => feature.StartsWith("typeWidening", StringComparison.Ordinal));

    /// <summary>Why hybrid cannot read such a table, or null.</summary>
    internal string? ReadRefusal => ReaderVersion switch
    {
        1 => null,
        3 => Unknown(ReaderFeatures, HarmlessReaderFeatures),
        _ => $"reader version {ReaderVersion}",
    };

    /// <summary>Why hybrid cannot write such a table, or null.</summary>
    internal string? WriteRefusal => WriterVersion switch
    {
        1 or 2 => null,
        7 => Unknown(WriterFeatures, HarmlessWriterFeatures),
        _ => $"writer version {WriterVersion}",
    };

    private static string? Unknown(IReadOnlyList<string> features, string[] known)
    {
        var unknown = features.Except(known, StringComparer.Ordinal).ToList();
        return unknown.Count == 0 ? null : $"the feature {string.Join(", ", unknown)}";
    }
}
