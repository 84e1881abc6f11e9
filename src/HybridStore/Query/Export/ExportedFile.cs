namespace HybridStore.Query.Export;

/// <summary>A file that an export wrote.</summary>
/// <param name="Path">Where.</param>
/// <param name="Symbol">Whose rows it holds, when the export was split.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ExportedFile(string Path, string? Symbol, long Rows, long Bytes);
