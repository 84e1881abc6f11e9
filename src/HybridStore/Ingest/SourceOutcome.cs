namespace HybridStore.Ingest;

/// <summary>What reading one source brought.</summary>
internal sealed record SourceOutcome
{
    /// <summary>The source.</summary>
    internal required SourceFile File { get; init; }

    /// <summary>Data rows in it.</summary>
    internal long RowsRead { get; init; }

    /// <summary>Rows in staged files.</summary>
    internal long RowsStored { get; init; }

    /// <summary>Rows in quarantine.</summary>
    internal long RowsRejected { get; init; }

    /// <summary>Rows that the lake or the source had already.</summary>
    internal long RowsDeduplicated { get; init; }

    /// <summary>Its symbols.</summary>
    internal IReadOnlyList<string> Symbols { get; init; } = [];

    /// <summary>The earliest time stored, in microseconds since 1970-01-01; <see cref="long.MaxValue"/> when nothing was.</summary>
    internal long FirstTimeUs { get; init; } = long.MaxValue;

    /// <summary>The latest time stored.</summary>
    internal long LastTimeUs { get; init; } = long.MinValue;

    /// <summary>Files staged for it.</summary>
    internal int FilesWritten { get; init; }

    /// <summary>Their size.</summary>
    internal long BytesWritten { get; init; }

    /// <summary>From the start of its reading to the end of its last file.</summary>
    internal double Seconds { get; init; }

    /// <summary>Whether the lake knew it already.</summary>
    internal bool IsKnown { get; init; }

    /// <summary>Why nothing of it is stored; else null.</summary>
    internal string? Error { get; init; }

    /// <summary>The source as the report shows it.</summary>
    internal IngestedFile ToReport() => new(
        File.Path,
        Error is not null ? IngestStatus.Failed : IsKnown ? IngestStatus.Skipped : IngestStatus.Ingested,
        Error is null ? RowsRead : 0,
        Error is null ? RowsStored : 0,
        Error is null ? RowsRejected : 0,
        Error is null ? RowsDeduplicated : 0,
        RowsFiltered: 0,
        Error is null && !IsKnown ? File.SizeBytes : 0,
        Seconds,
        Error);
}
