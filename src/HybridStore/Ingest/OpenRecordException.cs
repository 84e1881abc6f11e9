namespace HybridStore.Ingest;

/// <summary>The last record of a file that others still write is not whole: the file is to be read up to it.</summary>
internal sealed class OpenRecordException(long offset) : Exception("Its last record is not whole yet.")
{
    /// <summary>Where the record begins.</summary>
    internal long Offset { get; } = offset;
}
