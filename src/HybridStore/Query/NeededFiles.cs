using HybridStore.Lake;

namespace HybridStore.Query;

/// <summary>The files of a dataset that a statement can need.</summary>
/// <param name="Named">Where it names the dataset as a table.</param>
/// <param name="Called">Where it gives the dataset to time-series functions: what a WHERE clause beside them rules out, they may still need.</param>
internal sealed record NeededFiles(IReadOnlyList<DataFile> Named, IReadOnlyList<DataFile> Called);
