using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>What somebody asked for with <c>hybrid.hydrate</c>.</summary>
/// <param name="Id">Its number in <c>hybrid.requests</c>.</param>
/// <param name="Dataset">The dataset, in lower case; it need not exist.</param>
/// <param name="Symbols">The symbols; null for all.</param>
/// <param name="Range">The days.</param>
/// <param name="Hold">How long they stay.</param>
internal sealed record HotRequest(long Id, string Dataset, IReadOnlyList<string>? Symbols, DateRange Range, HotHold Hold);
