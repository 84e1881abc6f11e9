namespace HybridStore.Hot;

/// <summary>A symbol-day of which Postgres and the lake do not hold the same rows.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Date">The day.</param>
/// <param name="Problem">What differs.</param>
public sealed record HotProblem(string Symbol, DateOnly Date, string Problem);
