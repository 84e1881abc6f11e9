namespace HybridStore.Benchmarks.Query;

/// <summary>A quote as a strategy sees it.</summary>
internal readonly record struct QuoteRow(DateTime Time, string Symbol, double? BidPrice, long? BidSize, double? AskPrice, long? AskSize);
