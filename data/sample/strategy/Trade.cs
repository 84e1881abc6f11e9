namespace Strategy;

/// <summary>What the strategy wants to know of a trade; the names are the columns'.</summary>
internal readonly record struct Trade(DateTime Timestamp, double Price, long Suspicious);
