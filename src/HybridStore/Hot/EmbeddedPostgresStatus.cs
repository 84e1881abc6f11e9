namespace HybridStore.Hot;

/// <summary>What there is to say about a store's embedded Postgres.</summary>
/// <param name="Server">The running server; null when it does not run.</param>
/// <param name="Home">The folder of its data and log; null when it was never started.</param>
/// <param name="IsOutsideStore">Whether <paramref name="Home"/> is not in the store, because the account that runs it cannot reach the store.</param>
/// <param name="DataBytes">The size of its data.</param>
public sealed record EmbeddedPostgresStatus(EmbeddedServer? Server, string? Home, bool IsOutsideStore, long DataBytes);
