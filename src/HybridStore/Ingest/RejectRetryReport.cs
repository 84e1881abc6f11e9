namespace HybridStore.Ingest;

/// <summary>What a retry of the quarantine did.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Version">The lake's version afterwards.</param>
/// <param name="RowsRetried">Rows that were in quarantine.</param>
/// <param name="RowsStored">Those of them that are in the lake now.</param>
/// <param name="RowsRejected">Those that are still in quarantine.</param>
public sealed record RejectRetryReport(string Dataset, long Version, long RowsRetried, long RowsStored, long RowsRejected);
