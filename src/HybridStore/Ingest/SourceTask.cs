using HybridStore.Lake;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>A source that is to be read in one transaction, and how its work is recorded there.</summary>
internal sealed record SourceTask
{
    /// <summary>The file.</summary>
    internal required SourceFile File { get; init; }

    /// <summary>What its content is known by.</summary>
    internal required string Identity { get; init; }

    /// <summary>How far it is in the lake already.</summary>
    internal required SourceProgress At { get; init; }

    /// <summary>
    /// Whether it is added to by others, or was since its beginning was stored: then another run may store the same rows under another
    /// size.
    /// </summary>
    internal bool Grows { get; init; }

    /// <summary>What its filter adds to an identity.</summary>
    internal string FilterSuffix { get; init; } = "";

    /// <summary>Number of the line where it goes on, when that is known.</summary>
    internal long? FirstLine { get; init; }

    /// <summary>The quarantine's file: when set, this is a retry of rows of an earlier one.</summary>
    internal RejectFileName? Retry { get; init; }

    /// <summary>Where a rejected row of a retry came from.</summary>
    internal Func<CsvReject, QuarantinedRow>? Origin { get; init; }

    /// <summary>How the source is read; null to find that out by its first rows.</summary>
    internal SourcePlan? Plan { get; init; }

    /// <summary>Rows of an earlier quarantine that are not retried: they stay in it.</summary>
    internal IReadOnlyList<QuarantinedRow> KeptRejects { get; init; } = [];

    /// <summary>How the source is named in the log and in the quarantine.</summary>
    internal string ReportPath { get => field ?? File.Path; init; }

    /// <summary>Where its rejects go.</summary>
    internal RejectFileName Rejects => Retry is { } retry ? retry with { Retries = retry.Retries + 1 } : new RejectFileName(Identity, At, 0);

    /// <summary>Tells a transaction what it holds of the source.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="restOffset">Where the rest begins; null when there is none.</param>
    /// <param name="endsOpen">Whether its last line has no end.</param>
    internal void Record(LakeTransaction transaction, long? restOffset, bool endsOpen)
    {
        if (Retry is { } retry) transaction.SetAppTransaction(retry.RetryId, retry.Retries + 1);
        else if (restOffset is { } offset) At.RecordPart(transaction, Identity, offset);
        else At.RecordWhole(transaction, Identity, endsOpen);
    }

    /// <summary>Whether what another run has stored is of the same growing file.</summary>
    /// <param name="appId">A transaction id of the other run's commit.</param>
    internal bool IsStoredBy(string appId) =>
        Grows && SourceProgress.ContentOf(appId, FilterSuffix) is { } other && SourceIdentity.Begins(File, other.Content, other.Bytes);

    /// <summary>Whether another writer has committed this work meanwhile.</summary>
    /// <param name="now">The lake as it is now.</param>
    internal bool IsDoneIn(LakeSnapshot? now) => Retry is { } retry
        ? now?.AppTransactions.GetValueOrDefault(retry.RetryId) > retry.Retries
        : At.IsBefore(SourceProgress.Of(Identity, now));
}
