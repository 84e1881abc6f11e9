using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>The SQL of where a row is stored: its file, and its number in it, under names that no column of the dataset has.</summary>
internal sealed class RowPlaceSql
{
    /// <summary>DuckDB's own name for a row's number in its file, which cannot be another.</summary>
    internal const string NativeRowColumn = "file_row_number";

    /// <summary>DuckDB's own name for a file's number in the list of files.</summary>
    internal const string NativeFileIndexColumn = "file_index";

    /// <summary>
    /// DuckDB's own name for a file's path. Where a path is asked for under another name, it takes a condition on a column of this name
    /// for one on the path.
    /// </summary>
    internal const string NativeFileColumn = "filename";

    private const string FileStem = "hybrid_source_file";

    private static readonly string[] NativeColumns = [NativeRowColumn, NativeFileIndexColumn, NativeFileColumn];

    private readonly Dataset? _dataset;

    /// <param name="dataset">Whose rows; null for files that are no dataset's yet, which have no columns of <see cref="ReservedNames"/>.</param>
    internal RowPlaceSql(Dataset? dataset)
    {
        _dataset = dataset;
        FileColumn = dataset?.FreeName(FileStem) ?? FileStem;
        RowColumn = dataset?.FreeName(NativeRowColumn) ?? NativeRowColumn;
    }

    /// <summary>The names that files of others must not use: only of a dataset is it known which names are free.</summary>
    internal static IReadOnlyList<string> ReservedNames { get; } = [FileStem, NativeRowColumn];

    /// <summary>The column with a row's file: its path, as it was given. Needs no quotes.</summary>
    internal string FileColumn { get; }

    /// <summary>The column with a row's number in its file. Needs no quotes.</summary>
    internal string RowColumn { get; }

    /// <summary>What orders rows as they are stored.</summary>
    /// <param name="sources">Files, older ones first.</param>
    /// <param name="direction">Empty, or <c> DESC</c>.</param>
    internal string Order(IEnumerable<string> sources, string direction = "") =>
        $"list_position({SqlText.LiteralList(sources)}, {FileColumn}){direction}, {RowColumn}{direction}";

    /// <summary>Whether DuckDB gives a column of its own by this name.</summary>
    internal static bool IsNative(string column) => NativeColumns.Contains(column, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name under which a column is read: one that has a name of DuckDB's own would hide that.</summary>
    /// <param name="dataset">Whose.</param>
    /// <param name="column">Its name.</param>
    internal static string ReadName(Dataset dataset, string column) => IsNative(column) ? dataset.FreeName("hybrid_" + column) : column;

    /// <summary>
    /// An entry of the schema by which DuckDB reads files: by name and with a type. A file that has the column in another type is cast,
    /// one that lacks it gives nulls.
    /// </summary>
    /// <param name="dataset">Whose column.</param>
    /// <param name="column">Read as <see cref="ReadName"/>.</param>
    internal static string SchemaEntry(Dataset dataset, Column column) =>
        $"{SqlText.Literal(column.Name)}: {{name: {SqlText.Literal(ReadName(dataset, column.Name))}, type: {SqlText.Literal(column.Type.ToSql())}, default_value: NULL}}";

    /// <summary>A statement that gives the dataset's columns of data files, and the place of each row.</summary>
    /// <param name="sources">Files.</param>
    internal string Select(IEnumerable<string> sources)
    {
        var files = $"read_parquet({SqlText.LiteralList(sources)}, hive_partitioning = false, filename = {SqlText.Literal(FileColumn)}";
        if (_dataset is null || !_dataset.Columns.Any(column => IsNative(column.Name)))
        {
            return $"SELECT * FROM {files}, union_by_name = true, {NativeRowColumn} = true)";
        }

        var columns = _dataset.Columns.Select(
            column => $"{SqlText.Identifier(ReadName(_dataset, column.Name))} AS {SqlText.Identifier(column.Name)}");
        var schema = _dataset.Columns.Select(column => SchemaEntry(_dataset, column));
        return $"SELECT {string.Join(", ", columns)}, {FileColumn}, {NativeRowColumn} AS {RowColumn} FROM {files}, schema = map {{{string.Join(", ", schema)}}})";
    }
}
