namespace HybridStore.Ingest;

/// <summary>How much of the machine an ingest may take.</summary>
/// <param name="Jobs">Threads.</param>
/// <param name="DuckDbMemoryBytes">DuckDB's limit.</param>
/// <param name="BufferBytesPerJob">Rows that a thread may hold back before it writes them.</param>
internal sealed record IngestLimits(int Jobs, long DuckDbMemoryBytes, long BufferBytesPerJob)
{
    private const long MemoryBytesMin = 128L << 20;
    private const long BufferBytesPerJobMax = 96L << 20;

    /// <summary>The limits by request, then settings, then the machine (cgroup limits included).</summary>
    /// <remarks>A container of little memory gets the least that an ingest works with; only who asks for less is refused.</remarks>
    /// <exception cref="StoreException">Usage: less is asked for than an ingest works with.</exception>
    internal static IngestLimits Of(IngestRequest request, StoreSettings settings)
    {
        var jobs = request.Jobs ?? settings.Jobs ?? Environment.ProcessorCount;
        if (jobs < 1) throw new StoreException(StoreErrorKind.Usage, $"--jobs: expected 1 or more, found {jobs}.");
        var bytes = request.MemoryBytes
            ?? (settings.Memory is { } text && ByteSize.TryParse(text, out var configured) ? configured : Math.Max(MemoryBytesMin, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4));
        if (bytes < MemoryBytesMin) throw new StoreException(StoreErrorKind.Usage, $"--memory: expected at least {ByteSize.ToText(MemoryBytesMin)}, found {ByteSize.ToText(bytes)}.");
        return new IngestLimits(jobs, bytes / 2, Math.Min(bytes / 4 / jobs, BufferBytesPerJobMax));
    }
}
