using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>Decides whether DuckDB may take the symbol and the date from the names of the files' folders, and by which options.</summary>
/// <remarks>
/// Then it knows that they are one for all rows of a file: groups by symbol and date took half the time, and conditions on them
/// choose files at a third of the cost. It reads a folder's name as it is written here (FORMAT.md, "Folder names"), but then finds
/// columns by the first file alone: so every file must have every column.
/// </remarks>
internal static class FolderColumns
{
    /// <summary>Behind the list of files of read_parquet.</summary>
    /// <remarks>
    /// What has no type given is text. One type at most: DuckDB compares parts of a plan by their bytes, in which several come in
    /// any order, and would compute a part that stands there twice two times.
    /// </remarks>
    internal static string Options(Partitioning partitioning) =>
        "hive_partitioning = true, hive_types_autocast = false" + (PartitionPath.TimeKey(partitioning) == Dataset.DateColumn ? $", hive_types = {{{Dataset.DateColumn}: DATE}}" : "");

    /// <summary>Whether that gives the same rows as the files' own columns.</summary>
    /// <param name="snapshot">Of the dataset.</param>
    /// <param name="files">Some of its files.</param>
    internal static bool CanBeRead(LakeSnapshot snapshot, IReadOnlyList<DataFile> files)
    {
        var dataset = snapshot.Dataset;
        // A folder above with an equals sign would be taken for a column, too; a column of the folders would hide one of the files.
        if (files.Count == 0 || snapshot.Folder.Contains('=', StringComparison.Ordinal)) return false;
        // Rows must be told by DuckDB's own numbers, which a column of their name would hide.
        if (dataset.Columns.Any(column => RowPlaceSql.IsNative(column.Name))) return false;
        if (dataset.Find(PartitionPath.TimeKey(dataset.Partitioning)) is not null) return false;
        if (dataset.Partitioning.IsBySymbol() && dataset.Find(Dataset.SymbolAlias) is { } symbol && (symbol.Name != Dataset.SymbolAlias || symbol.Name != dataset.SymbolColumn)) return false;
        var counted = DeltaStatistics.CountedColumns(dataset);
        return counted is not null && files.All(file => HasAll(counted, file) && IsInOwnFolder(dataset, file));
    }

    /// <summary>Other programs may write folders' names otherwise; and a name that was too long does not hold the symbol.</summary>
    private static bool IsInOwnFolder(Dataset dataset, DataFile file)
    {
        var folder = PartitionPath.Folder(dataset.Partitioning, file.Symbol, file.Days);
        return file.Path.Length > folder.Length && file.Path[folder.Length] == '/' && file.Path.StartsWith(folder, StringComparison.Ordinal) && !PartitionPath.IsShortened(folder);
    }

    private static bool HasAll(IReadOnlyList<string> counted, DataFile file) =>
        file.Checksum != 0 && (file.Statistics is DeltaStatistics stored
            ? stored.CountNullCounts() == counted.Count
            : counted.All(name => file.Statistics.Any(one => one.Column == name && one.NullCount is not null)));
}
