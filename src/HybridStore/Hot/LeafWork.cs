using HybridStore.Native.DuckDb;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>The leaf that a <see cref="LeafWriter"/> is at.</summary>
/// <param name="Connection">With the transaction.</param>
/// <param name="Lake">Runs nothing else meanwhile.</param>
/// <param name="Source">Reads the day's rows.</param>
/// <param name="Layout">The table.</param>
/// <param name="Leaf">The leaf's name.</param>
/// <param name="Date">The day.</param>
internal sealed record LeafWork(NpgsqlConnection Connection, DuckDbConnection Lake, LakeDayReader Source, HotLayout Layout, string Leaf, DateOnly Date);
