namespace HybridStore.Hot;

/// <summary>How a request from inside of Postgres ended.</summary>
/// <param name="Id">Its number in <c>hybrid.requests</c>.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="IsDone">Whether everything that was asked for is hot.</param>
/// <param name="RowsLoaded">Rows loaded.</param>
/// <param name="Message">What <c>hybrid.requests</c> says: what was loaded, or why not.</param>
/// <param name="Seconds">Seconds in all.</param>
public sealed record HotRequestOutcome(long Id, string Dataset, bool IsDone, long RowsLoaded, string Message, double Seconds);
