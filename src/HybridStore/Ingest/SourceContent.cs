namespace HybridStore.Ingest;

/// <summary>What a source's content is known by.</summary>
/// <param name="Name">Size and XXH64 of its bytes, and of what is told of them.</param>
/// <param name="KnownBytes">How many of its first bytes are a content that the lake has: the longest such; 0 for none. More than its own
/// when another run has stored what was added since.</param>
internal readonly record struct SourceContent(string Name, long KnownBytes)
{
    /// <summary>Where in the plain text the rest begins, when only a part of those bytes is stored; else null.</summary>
    internal long? RestOffset { get; init; }
}
