namespace HybridStore.Hot;

/// <summary>What Postgres holds of a dataset.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Rows">Its hot rows.</param>
/// <param name="Bytes">Its tables and indexes on disk.</param>
/// <param name="Symbols">Its hot symbols.</param>
/// <param name="Partitions">Its hot symbol-days.</param>
/// <param name="Pinned">Those of them that are pinned.</param>
/// <param name="Leased">Those of them that are leased.</param>
/// <param name="From">The first hot day; null when none is.</param>
/// <param name="To">The last hot day; null when none is.</param>
public sealed record HotDatasetStatus(
    string Dataset, long Rows, long Bytes, int Symbols, int Partitions, int Pinned, int Leased, DateOnly? From, DateOnly? To);
