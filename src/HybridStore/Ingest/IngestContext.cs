using HybridStore.Lake;

namespace HybridStore.Ingest;

/// <summary>What the sources of one attempt share.</summary>
/// <param name="Draft">The dataset.</param>
/// <param name="Transaction">Where their files go.</param>
/// <param name="Folder">The dataset's folder.</param>
/// <param name="Limits">Threads and memory.</param>
/// <param name="FailsOnReject">Whether a row that cannot be stored fails its source.</param>
/// <param name="Duplicates">What happens to rows that the lake has.</param>
/// <param name="Texts">What the threads know of texts that repeat.</param>
/// <param name="Pages">Memory for rows that wait.</param>
/// <param name="Time">The clock.</param>
/// <param name="Progress">Told how far they are.</param>
internal sealed record IngestContext(
    DatasetDraft Draft, LakeTransaction Transaction, string Folder, IngestLimits Limits, bool FailsOnReject, DuplicatePolicy Duplicates, KnownTexts Texts, RowPagePool Pages, TimeProvider Time, IngestProgress Progress);
