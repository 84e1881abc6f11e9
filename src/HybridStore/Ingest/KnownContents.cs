using System.Globalization;
using HybridStore.Lake;

namespace HybridStore.Ingest;

/// <summary>
/// The contents that the lake has under one filter, whole or up to a record. A file that begins with one of them has grown since that was
/// stored.
/// </summary>
/// <remarks>Immutable.</remarks>
internal sealed class KnownContents
{
    /// <summary>Zero for those that are there whole, else where in their plain text the rest begins.</summary>
    private readonly Dictionary<string, long> _contents = new(StringComparer.Ordinal);
    private readonly HashSet<long> _openSizes = [];
    private readonly long[] _sizes;

    private KnownContents(LakeSnapshot? snapshot, string filterSuffix)
    {
        var sizes = new SortedSet<long>();
        foreach (var (appId, count) in snapshot?.AppTransactions ?? new Dictionary<string, long>())
        {
            // An undone one has a count below 1.
            if (count < 1 || SourceProgress.ContentOf(appId, filterSuffix) is not { } known) continue;
            var progress = SourceProgress.Of(known.Content + filterSuffix, snapshot);
            if (progress is { Generation: < 1, IsAtStart: true }) continue;
            _contents[known.Content] = progress.Generation < 1 ? progress.Offset : 0;
            sizes.Add(known.Bytes);
            if (SourceProgress.EndedOpen(known.Content + filterSuffix, snapshot!)) _openSizes.Add(known.Bytes);
        }

        _sizes = [.. sizes];
    }

    /// <summary>How many there are: more, once others were stored.</summary>
    internal int Count => _contents.Count;

    /// <summary>Their sizes in bytes, ascending.</summary>
    internal ReadOnlySpan<long> Sizes => _sizes;

    /// <summary>The contents in a lake.</summary>
    /// <param name="snapshot">The lake; null when there is none.</param>
    /// <param name="filterSuffix">What a filter adds to an identity.</param>
    internal static KnownContents In(LakeSnapshot? snapshot, string filterSuffix) => new(snapshot, filterSuffix);

    /// <summary>Whether a content is one of them.</summary>
    internal bool Has(string content) => _contents.ContainsKey(content);

    /// <summary>Where in its plain text the rest of a content begins that is not there whole; null when it is.</summary>
    internal long? RestOf(string content) => _contents.GetValueOrDefault(content) is > 0 and var offset ? offset : null;

    /// <summary>Whether one of this size ended within a line.</summary>
    internal bool HasOpen(long sizeBytes) => _openSizes.Contains(sizeBytes);

    /// <summary>A content's name.</summary>
    /// <param name="hash">Of its bytes.</param>
    /// <param name="bytes">How many.</param>
    internal static string Name(ulong hash, long bytes) => string.Create(CultureInfo.InvariantCulture, $"{hash:x16}.{bytes}");
}
