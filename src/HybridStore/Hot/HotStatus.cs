namespace HybridStore.Hot;

/// <summary>What Postgres holds.</summary>
/// <param name="Server">Where: user, host, port and database, without a password.</param>
/// <param name="ServerVersion">Such as <c>18.4</c>.</param>
/// <param name="IsEmbedded">Whether it is the store's own server.</param>
/// <param name="Datasets">The datasets with a hot table.</param>
public sealed record HotStatus(string Server, string ServerVersion, bool IsEmbedded, IReadOnlyList<HotDatasetStatus> Datasets);
