namespace HybridStore.Ingest;

/// <summary>A first ingest met a value that needs a wider type: all sources are read again with it. Never leaves the ingest.</summary>
internal sealed class SchemaWidenedException() : Exception("A column needs a wider type.");
