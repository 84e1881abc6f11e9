namespace HybridStore.Ingest;

/// <summary>Orders texts by their UTF-8 bytes, as DuckDB and Parquet do.</summary>
internal sealed class Utf8Order : IComparer<byte[]>
{
    internal static readonly Utf8Order Instance = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
