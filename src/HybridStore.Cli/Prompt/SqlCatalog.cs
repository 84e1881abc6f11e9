namespace HybridStore.Cli.Prompt;

/// <summary>The names that a statement can use.</summary>
/// <param name="ReadTables">Datasets, and the last result when there is one.</param>
/// <param name="Columns">A table's columns.</param>
/// <param name="Macros">The time-series functions that give tables.</param>
/// <param name="Functions">Those that give a value.</param>
internal sealed record SqlCatalog(Func<IReadOnlyList<string>> ReadTables, Func<string, IReadOnlyList<string>> Columns, IReadOnlyList<string> Macros, IReadOnlyList<string> Functions)
{
    /// <summary>The tables that there are now.</summary>
    internal IReadOnlyList<string> Tables => ReadTables();
}
