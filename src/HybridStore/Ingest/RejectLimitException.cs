namespace HybridStore.Ingest;

/// <summary>More rows were rejected than the user allows: all sources stop, and nothing of them is stored. Never leaves the ingest.</summary>
internal sealed class RejectLimitException(string message) : Exception(message);
