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

    /// <summary>Rows that the user did not want.</summary>
    internal long RowsFiltered { get; init; }

    /// <summary>Its symbols.</summary>
    internal IReadOnlyList<string> Symbols { get; init; } = [];

    /// <summary>The earliest time stored, in microseconds since 1970-01-01; <see cref="long.MaxValue"/> when nothing was.</summary>
    internal long FirstTimeUs { get; init; } = long.MaxValue;

    /// <summary>The latest time stored.</summary>
    internal long LastTimeUs { get; init; } = long.MinValue;

    /// <summary>From the start of its reading to the end of its last file.</summary>
    internal double Seconds { get; init; }

    /// <summary>Byte of its plain text where reading began: beyond 0 the rows before are in the lake since an earlier commit.</summary>
    internal long StartOffset { get; init; }

    /// <summary>The line that begins there.</summary>
    internal long? StartLine { get; init; }

    /// <summary>Where the rest begins that was left for the next commit; null when there is none.</summary>
    internal long? RestOffset { get; init; }

    /// <summary>The line that begins there.</summary>
    internal long? RestLine { get; init; }

    /// <summary>Where a record begins that is not whole yet; the source is to be read again up to there.</summary>
    internal long? OpenRecordOffset { get; init; }

    /// <summary>Whether the lake knew it already.</summary>
    internal bool IsKnown { get; init; }

    /// <summary>What the user should know of the rows that were stored, one line each.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why nothing of it is stored; else null.</summary>
    internal string? Error { get; init; }

    /// <summary>This and what came of the source's next bytes.</summary>
    internal SourceOutcome Then(SourceOutcome next) => next with
    {
        RowsRead = RowsRead + next.RowsRead,
        RowsStored = RowsStored + next.RowsStored,
        RowsRejected = RowsRejected + next.RowsRejected,
        RowsDeduplicated = RowsDeduplicated + next.RowsDeduplicated,
        RowsFiltered = RowsFiltered + next.RowsFiltered,
        Symbols = [.. Symbols.Union(next.Symbols)],
        FirstTimeUs = Math.Min(FirstTimeUs, next.FirstTimeUs),
        LastTimeUs = Math.Max(LastTimeUs, next.LastTimeUs),
        Seconds = Seconds + next.Seconds,
        StartOffset = StartOffset,
        StartLine = StartLine,
    };

    /// <summary>The source as the report shows it. One that failed has what earlier commits of this run stored of it.</summary>
    internal IngestedFile ToReport() => new(
        File.Path,
        Error is not null ? IngestStatus.Failed : IsKnown ? IngestStatus.Skipped : IngestStatus.Ingested,
        RowsRead,
        RowsStored,
        RowsRejected,
        RowsDeduplicated,
        RowsFiltered,
        Error is null && !IsKnown ? File.SizeBytes : 0,
        Seconds,
        StartOffset > 0 ? StartLine : null,
        Error);
}
