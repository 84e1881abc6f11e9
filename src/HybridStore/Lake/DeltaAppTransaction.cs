namespace HybridStore.Lake;

/// <summary>Delta's action <c>txn</c>: what was committed under an application's id.</summary>
/// <param name="AppId">The id.</param>
/// <param name="Version">The version as the application counts.</param>
internal sealed record DeltaAppTransaction(string AppId, long Version);
