namespace HybridStore.Native.Csv;

/// <summary>The instants that a column may hold; rows with another are rejected.</summary>
/// <param name="Column">A column of instants of the batch.</param>
/// <param name="FirstUs">The first, in microseconds since 1970-01-01 00:00 UTC.</param>
/// <param name="EndUs">The first behind them.</param>
public sealed record CsvTimeBounds(int Column, long FirstUs, long EndUs);
