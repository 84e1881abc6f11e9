namespace HybridStore.Lake;

/// <summary>Delta's action <c>remove</c>: a data file leaves the table.</summary>
/// <param name="Path">As <see cref="DataFile.Path"/>: decoded.</param>
/// <param name="DeletedMs">When, Unix milliseconds.</param>
/// <param name="DataChange">False when its rows only moved.</param>
/// <param name="Url">As <see cref="DataFile.Url"/>.</param>
internal sealed record DeltaRemove(string Path, long DeletedMs, bool DataChange, string? Url = null);
