namespace HybridStore.Native.Csv;

/// <summary>Where a reader starts, and its limits.</summary>
public sealed record CsvReaderOptions
{
    /// <summary>Offset in the file of the input's first byte; beyond 0 the input has no byte order mark, skipped lines or header.</summary>
    public long StartOffset { get; init; }

    /// <summary>Number of the input's first line, asked for when a reject or an error needs it; null when it is line 1.</summary>
    public Func<long>? FirstLine { get; init; }

    /// <summary>Leaves rows out; null for none.</summary>
    public CsvRowFilter? Filter { get; init; }

    /// <summary>Bytes that are read at a time; also the first size of the window that holds the current records.</summary>
    public int BufferBytes { get; init; } = 1 << 20;

    /// <summary>The longest record, its line break included; a longer one is rejected, and no more memory than this is used for it.</summary>
    public int RecordBytesMax { get; init; } = 64 << 20;

    /// <summary>The most of a rejected row's or field's bytes that its reject holds as text.</summary>
    public int RejectTextBytesMax { get; init; } = 4096;

    /// <summary>Columns of the batch behind those of the record's fields.</summary>
    public IReadOnlyList<CsvComposedColumn> Composed { get; init; } = [];

    /// <summary>The column whose times are a zone's; null when there is none.</summary>
    public CsvLocalTimes? LocalTimes { get; init; }

    /// <summary>The instants that a column may hold, also after <see cref="LocalTimes"/>; null for all that its type can.</summary>
    public CsvTimeBounds? TimeBounds { get; init; }

    /// <summary>Which instructions to use; null for the environment's <c>HYBRID_SIMD</c>, or else the best that the processor has.</summary>
    public CsvSimd? Simd { get; init; }
}
