using System.Globalization;
using HybridStore.Lake;

namespace HybridStore.Ingest;

/// <summary>How far a source is in the lake: what the commit log says of its content.</summary>
/// <param name="Generation">How many times it was ingested whole.</param>
/// <param name="Offset">Bytes of its plain text whose rows the present time has committed; a record begins there.</param>
/// <remarks>
/// FORMAT.md, "Sources": two transaction ids a source. One counts the times that it was ingested whole; the other, where that takes several
/// commits, has the generation above 44 bits of offset, so that it only ever grows and no step can be committed twice.
/// </remarks>
internal readonly record struct SourceProgress(long Generation, long Offset)
{
    private const int OffsetBits = 44;
    private const string Prefix = "hybrid.source.";
    private const string PartPrefix = "hybrid.part.";
    private const string OpenPrefix = "hybrid.open.";

    /// <summary>Whether this is the beginning.</summary>
    internal bool IsAtStart => Offset == 0;

    /// <summary>Reads how far a source is.</summary>
    /// <param name="identity">Its identity.</param>
    /// <param name="snapshot">The lake; null when there is none.</param>
    internal static SourceProgress Of(string identity, LakeSnapshot? snapshot)
    {
        var generation = snapshot?.AppTransactions.GetValueOrDefault(Prefix + identity) ?? 0;
        var part = snapshot?.AppTransactions.GetValueOrDefault(PartPrefix + identity) ?? 0;
        return new SourceProgress(generation, part >> OffsetBits == generation ? part & ((1L << OffsetBits) - 1) : 0);
    }

    /// <summary>The contents that the lake has whole, whatever the filter was.</summary>
    internal static HashSet<string> ContentsIn(LakeSnapshot snapshot) => [.. from id in snapshot.AppTransactions.Keys
                                                                             where id.StartsWith(Prefix, StringComparison.Ordinal)
                                                                             let parts = id[Prefix.Length..].Split('.')
                                                                             where parts.Length >= 2
                                                                             select $"{parts[0]}.{parts[1]}"];

    /// <summary>The content of which a transaction id says that it is in the lake, or a part of it.</summary>
    /// <param name="appId">The id.</param>
    /// <param name="filterSuffix">What the filter adds to an identity.</param>
    /// <returns>Its name and size; null when it is another kind of id, or of another filter.</returns>
    internal static (string Content, long Bytes)? ContentOf(string appId, string filterSuffix)
    {
        string[] prefixes = [Prefix, PartPrefix];
        var prefix = prefixes.FirstOrDefault(prefix => appId.StartsWith(prefix, StringComparison.Ordinal));
        if (prefix is null || !appId.EndsWith(filterSuffix, StringComparison.Ordinal)) return null;
        var content = appId[prefix.Length..^filterSuffix.Length];
        var dot = content.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(content.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? (content, bytes)
            : null;
    }

    /// <summary>Whether the last line of a source that the lake has whole had no end.</summary>
    internal static bool EndedOpen(string identity, LakeSnapshot snapshot) =>
        snapshot.AppTransactions.GetValueOrDefault(OpenPrefix + identity) > 0;

    /// <summary>Records in a transaction that the source is in the lake up to an offset.</summary>
    internal void RecordPart(LakeTransaction transaction, string identity, long offset) =>
        transaction.SetAppTransaction(PartPrefix + identity, Generation << OffsetBits | offset);

    /// <summary>Records in a transaction that the whole source is in the lake.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="identity">The source's identity.</param>
    /// <param name="endsOpen">Whether its last line has no end: it may go on in a longer file.</param>
    internal void RecordWhole(LakeTransaction transaction, string identity, bool endsOpen)
    {
        transaction.SetAppTransaction(Prefix + identity, Generation + 1);
        if (endsOpen) transaction.SetAppTransaction(OpenPrefix + identity, Generation + 1);
    }

    /// <summary>Whether a snapshot holds the step that begins here: then its rejects are part of the quarantine.</summary>
    internal bool IsBefore(SourceProgress now) => Generation < now.Generation || (Generation == now.Generation && Offset < now.Offset);

    /// <summary>As it stands in a file name.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Generation}-{Offset}");

    /// <summary>Undoes <see cref="ToString"/>.</summary>
    internal static SourceProgress? TryParse(ReadOnlySpan<char> text)
    {
        var dash = text.IndexOf('-');
        return dash > 0 && long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? new SourceProgress(generation, offset)
            : null;
    }
}
