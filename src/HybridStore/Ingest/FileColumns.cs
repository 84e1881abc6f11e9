using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>The columns of a file as DuckDB is told of them when it begins to write it.</summary>
/// <param name="columns">Owned from now on.</param>
/// <param name="textCounts">By column: how many texts its enum has, or -1 for another type.</param>
internal sealed class FileColumns(IReadOnlyList<DuckDbColumn> columns, int[] textCounts) : IDisposable
{
    internal IReadOnlyList<DuckDbColumn> Columns => columns;

    /// <summary>Whether rows can be written whose texts have numbers below this count.</summary>
    internal bool Has(int column, int count) => textCounts[column] < 0 || count <= textCounts[column];

    /// <summary>How many texts a column's enum has.</summary>
    internal int TextCount(int column) => textCounts[column];

    public void Dispose()
    {
        foreach (var column in columns) column.Type.Dispose();
    }
}
