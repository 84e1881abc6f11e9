using System.Globalization;
using System.Text;
using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>The SQL that the engine itself runs.</summary>
internal static class QuerySql
{
    /// <summary>The parse tree of a SELECT statement as JSON.</summary>
    internal static string ParseTree(string sql) => $"SELECT json_serialize_sql({SqlText.Literal(sql)})";

    /// <summary>Closes a database: from here on it reads the datasets' folders only, and its settings stay as they are.</summary>
    internal static string Confine(IEnumerable<string> folders, string temporaryFolder, QueryOptions options)
    {
        var sql = new StringBuilder();
        sql.Append("SET GLOBAL errors_as_json = true;");
        sql.Append("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET allow_community_extensions = false;");
        sql.Append(CultureInfo.InvariantCulture, $"SET temp_directory = {SqlText.Literal(temporaryFolder)}; SET max_temp_directory_size = '{options.TemporaryBytesMax}B';");
        // Data files never change, so that what a footer says need not be read again.
        sql.Append("SET GLOBAL parquet_metadata_cache = true;");
        if (options.MemoryBytesMax is { } memory) sql.Append(CultureInfo.InvariantCulture, $"SET memory_limit = '{memory}B';");
        if (options.ThreadsMax is { } threads) sql.Append(CultureInfo.InvariantCulture, $"SET threads = {threads};");
        sql.Append(CultureInfo.InvariantCulture, $"SET allowed_directories = {SqlText.LiteralList(WithOutput(folders, options).Select(folder => folder.TrimEnd('/') + "/"))};");
        if (options.OutputPath is { } output) sql.Append(CultureInfo.InvariantCulture, $"SET allowed_paths = {SqlText.LiteralList([output])};");
        sql.Append("SET enable_external_access = false; SET lock_configuration = true;");
        return sql.ToString();
    }

    private static IEnumerable<string> WithOutput(IEnumerable<string> folders, QueryOptions options) =>
        options.OutputFolder is { } output ? folders.Append(output) : folders;

    /// <summary>A connection's own view with a dataset's columns over exactly the files given.</summary>
    internal static string CreateView(LakeSnapshot snapshot, IReadOnlyList<DataFile> files) => CreateView("TEMP VIEW", snapshot.Dataset.Name, null, snapshot, files);

    /// <summary>A view for all connections, over all files; one of a connection's own goes before it.</summary>
    internal static string CreateWholeView(LakeSnapshot snapshot) => CreateView("VIEW", snapshot.Dataset.Name, null, snapshot, snapshot.Files);

    /// <summary>The views beside it that the time-series functions read.</summary>
    internal static string CreateTickViews(LakeSnapshot snapshot, IReadOnlyList<DataFile> files) =>
        CreateView("TEMP VIEW", TickViewsSql.RowsView(snapshot.Dataset.Name), TickViewsSql.NameOf, snapshot, files)
        + "; " + TickViewsSql.CreateOthers(snapshot.Dataset);

    /// <param name="kind">Of view.</param>
    /// <param name="name">The view's.</param>
    /// <param name="tickName">For the view that the time-series functions read: how it calls a column; null for the dataset's own.</param>
    /// <param name="snapshot">Of the dataset.</param>
    /// <param name="files">Some of its files.</param>
    private static string CreateView(string kind, string name, Func<Dataset, string, string>? tickName, LakeSnapshot snapshot, IReadOnlyList<DataFile> files)
    {
        var dataset = snapshot.Dataset;
        var hasFolders = FolderColumns.CanBeRead(snapshot, files);
        var columns = ViewColumns(dataset, hasFolders, tickName);
        if (tickName is not null) columns = columns.Append(TickViewsSql.RowsColumns(dataset));
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"CREATE OR REPLACE {kind} {SqlText.Identifier(name)} AS SELECT ").AppendJoin(", ", columns).Append(" FROM ");
        if (hasFolders) return AppendPaths(sql, snapshot, files).Append(FolderColumns.Options(dataset.Partitioning)).Append(')').ToString();
        return sql.Append(files.Count == 0 ? EmptySource(dataset) : Files(snapshot, files, withFileColumn: true)).ToString();
    }

    /// <summary>The dataset's own columns, the partition date, and the symbol under its usual name.</summary>
    private static IEnumerable<string> ViewColumns(Dataset dataset, bool hasFolders, Func<Dataset, string, string>? tickName)
    {
        var symbol = hasFolders && dataset.Partitioning.IsBySymbol() ? SqlText.Identifier(Dataset.SymbolAlias) : ColumnExpression(dataset, dataset.SymbolColumn);
        foreach (var column in dataset.Columns)
        {
            var read = column.Name == dataset.SymbolColumn ? symbol : ColumnExpression(dataset, column.Name);
            var shown = SqlText.Identifier(tickName?.Invoke(dataset, column.Name) ?? column.Name);
            yield return read == shown ? shown : $"{read} AS {shown}";
        }

        if (dataset.Find(Dataset.DateColumn) is null) yield return $"{(hasFolders ? SqlText.Identifier(Dataset.DateColumn) : DateExpression(dataset))} AS {SqlText.Identifier(Dataset.DateColumn)}";
        if (dataset.Find(Dataset.SymbolAlias) is null) yield return $"{symbol} AS {SqlText.Identifier(Dataset.SymbolAlias)}";
    }

    /// <summary>A dataset's own columns over exactly the files given.</summary>
    /// <param name="snapshot">Of the dataset.</param>
    /// <param name="files">Some of its files, at least one.</param>
    /// <param name="withFileColumn">Whether the date is wanted, in layouts where only the folder has it.</param>
    internal static string Files(LakeSnapshot snapshot, IReadOnlyList<DataFile> files, bool withFileColumn)
    {
        var dataset = snapshot.Dataset;
        var sql = AppendPaths(new StringBuilder(), snapshot, files).Append("hive_partitioning = false, ");
        if (withFileColumn && HasDateInFolder(dataset)) sql.Append(CultureInfo.InvariantCulture, $"filename = {(FileColumn(dataset) == RowPlaceSql.NativeFileColumn ? "true" : SqlText.Literal(FileColumn(dataset)))}, ");
        return sql.Append("schema = map {").AppendJoin(", ", StoredColumns(dataset).Select(column => RowPlaceSql.SchemaEntry(dataset, column))).Append("})").ToString();
    }

    private static StringBuilder AppendPaths(StringBuilder sql, LakeSnapshot snapshot, IReadOnlyList<DataFile> files)
    {
        sql.Append("read_parquet([");
        for (var index = 0; index < files.Count; index++)
        {
            if (index > 0) sql.Append(',');
            sql.Append(SqlText.Literal(snapshot.Locate(files[index])));
        }

        return sql.Append("], ");
    }

    /// <summary>Whether rows can be asked for a column: an own one, <c>date</c> or <c>symbol</c>.</summary>
    internal static bool HasColumn(Dataset dataset, string name) =>
        dataset.Find(name) is not null || name.Equals(Dataset.DateColumn, StringComparison.OrdinalIgnoreCase) || name.Equals(Dataset.SymbolAlias, StringComparison.OrdinalIgnoreCase);

    /// <summary>A column's value where the files' own columns are at hand.</summary>
    /// <param name="dataset">Whose.</param>
    /// <param name="name">One that <see cref="HasColumn"/> knows.</param>
    internal static string ColumnExpression(Dataset dataset, string name)
    {
        if (dataset.Find(name) is { } column) return SqlText.Identifier(RowPlaceSql.ReadName(dataset, column.Name));
        return name.Equals(Dataset.DateColumn, StringComparison.OrdinalIgnoreCase) ? DateExpression(dataset) : ColumnExpression(dataset, dataset.SymbolColumn);
    }

    /// <summary>What stands for the files of a dataset that has none: no rows, and every column that they would have.</summary>
    private static string EmptySource(Dataset dataset)
    {
        var columns = StoredColumns(dataset).Select(column => $"NULL::{column.Type.ToSql()} AS {SqlText.Identifier(RowPlaceSql.ReadName(dataset, column.Name))}");
        if (HasDateInFolder(dataset)) columns = columns.Append($"NULL::VARCHAR AS {SqlText.Identifier(FileColumn(dataset))}");
        columns = columns.Append($"NULL::BIGINT AS {RowPlaceSql.NativeRowColumn}").Append($"NULL::BIGINT AS {RowPlaceSql.NativeFileIndexColumn}");
        return $"(SELECT {string.Join(", ", columns)} WHERE false)";
    }

    /// <summary>How a result becomes a Parquet file.</summary>
    internal const string ParquetOptions = "FORMAT parquet, COMPRESSION zstd";

    /// <summary>Writes a statement's result as one file.</summary>
    internal static string Copy(string select, string path, string options) =>
        $"COPY ({select.TrimEnd().TrimEnd(';')}\n) TO {SqlText.Literal(path)} ({options}, USE_TMP_FILE false)";

    /// <summary>Keeps a statement's first rows in a table of its own.</summary>
    internal static string Keep(string select, string table, long rowsMax) =>
        string.Create(CultureInfo.InvariantCulture, $"CREATE OR REPLACE TABLE memory.main.{SqlText.Identifier(table)} AS FROM ({select.TrimEnd().TrimEnd(';')}\n) LIMIT {rowsMax}");

    /// <summary>All rows of a table.</summary>
    internal static string All(string table) => $"FROM {SqlText.Identifier(table)}";

    /// <summary>In layouts by day the date stands in the name of the folder, else it is a column of the file.</summary>
    private static bool HasDateInFolder(Dataset dataset) =>
        dataset.Partitioning is Partitioning.SymbolDate or Partitioning.Date && dataset.Find(Dataset.DateColumn) is null;

    private static string DateExpression(Dataset dataset)
    {
        if (!HasDateInFolder(dataset)) return SqlText.Identifier(Dataset.DateColumn);
        // The last folder is date=2024-11-01. DuckDB prunes files by this, and computes it once a chunk: split_part and slices
        // would be computed for every row, which took 1.7 s on 9.5 M rows, these functions none that could be measured.
        var path = SqlText.Identifier(FileColumn(dataset));
        return $"substr({path}, length({path}) - strpos(reverse({path}), '/') - 9, 10)::DATE";
    }

    private static IEnumerable<Column> StoredColumns(Dataset dataset)
    {
        var isDateStored = !HasDateInFolder(dataset) && dataset.Find(Dataset.DateColumn) is null;
        return isDateStored ? dataset.Columns.Append(new Column(Dataset.DateColumn, new ColumnType(ColumnKind.Date))) : dataset.Columns;
    }

    /// <summary>DuckDB prunes files only by the column that it names itself; that a dataset may have already.</summary>
    private static string FileColumn(Dataset dataset) => dataset.Find(RowPlaceSql.NativeFileColumn) is null ? RowPlaceSql.NativeFileColumn : dataset.FreeName("hybrid_file");
}
