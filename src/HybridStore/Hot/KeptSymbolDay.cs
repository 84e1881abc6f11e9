namespace HybridStore.Hot;

/// <summary>A symbol-day that was not evicted.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Date">The day.</param>
/// <param name="Rows">Its rows in Postgres.</param>
/// <param name="Reason">What the lake has instead.</param>
public sealed record KeptSymbolDay(string Symbol, DateOnly Date, long Rows, string Reason);
