using System.Globalization;
using System.Text;
using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>The SQL that the engine itself runs.</summary>
internal static class QuerySql
{
    /// <summary>The parse tree of a SELECT statement as JSON.</summary>
    internal static string ParseTree(string sql) => $"SELECT json_serialize_sql({SqlText.Literal(sql)})";

    /// <summary>Closes a database: from here on it reads the datasets' folders only, and its settings stay as they are.</summary>
    internal static string Confine(IEnumerable<string> folders, QueryOptions options)
    {
        var sql = new StringBuilder();
        sql.Append("SET GLOBAL errors_as_json = true;");
        sql.Append("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET allow_community_extensions = false;");
        sql.Append(CultureInfo.InvariantCulture, $"SET max_temp_directory_size = '{options.TemporaryBytesMax}B';");
        // Data files never change, so that what a footer says need not be read again.
        sql.Append("SET GLOBAL parquet_metadata_cache = true;");
        sql.Append(CultureInfo.InvariantCulture, $"SET allowed_directories = {SqlText.LiteralList(WithOutput(folders, options).Select(folder => folder.TrimEnd('/') + "/"))};");
        if (options.OutputPath is { } output) sql.Append(CultureInfo.InvariantCulture, $"SET allowed_paths = {SqlText.LiteralList([output])};");
        sql.Append("SET enable_external_access = false; SET lock_configuration = true;");
        return sql.ToString();
    }

    private static IEnumerable<string> WithOutput(IEnumerable<string> folders, QueryOptions options) =>
        options.OutputFolder is { } output ? folders.Append(output) : folders;

    /// <summary>A connection's own view with a dataset's columns over exactly the files given.</summary>
    internal static string CreateView(LakeSnapshot snapshot, IReadOnlyList<RowSource> files) => CreateView("TEMP VIEW", snapshot.Dataset.Name, null, snapshot, files);

    /// <summary>A view for all connections, over all files; one of a connection's own goes before it.</summary>
    internal static string CreateWholeView(LakeSnapshot snapshot, IReadOnlyList<RowSource> files) => CreateView("VIEW", snapshot.Dataset.Name, null, snapshot, files);

    /// <summary>The views beside it that the time-series functions read.</summary>
    internal static string CreateTickViews(LakeSnapshot snapshot, IReadOnlyList<RowSource> files) =>
        CreateView("TEMP VIEW", TickViewsSql.RowsView(snapshot.Dataset.Name), TickViewsSql.NameOf, snapshot, files)
        + "; " + TickViewsSql.CreateOthers(snapshot.Dataset);

    /// <param name="kind">Of view.</param>
    /// <param name="name">The view's.</param>
    /// <param name="tickName">For the view that the time-series functions read: how it calls a column; null for the dataset's own.</param>
    /// <param name="snapshot">Of the dataset.</param>
    /// <param name="files">Some of its files.</param>
    private static string CreateView(string kind, string name, Func<Dataset, string, string>? tickName, LakeSnapshot snapshot, IReadOnlyList<RowSource> files)
    {
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"CREATE OR REPLACE {kind} {SqlText.Identifier(name)} AS ");
        var own = RowSource.WithoutForeign(files);
        if (own.Count > 0 || files.Count == 0) AppendOwnRows(sql, tickName, snapshot, own);
        var fileIndex = own.Count;
        foreach (var group in ForeignSql.Groups(files))
        {
            var dataset = snapshot.Dataset;
            var symbol = ColumnExpression(dataset, dataset.SymbolColumn);
            var columns = ViewColumns(dataset, symbol, SqlText.Identifier(Dataset.SymbolAlias), SqlText.Identifier(Dataset.DateColumn), tickName);
            sql.Append(fileIndex > 0 ? " UNION ALL " : "").Append("SELECT ").AppendJoin(", ", columns).Append(" FROM ").Append(ForeignRows(dataset, group, fileIndex));
            fileIndex += group.Count;
        }

        return sql.ToString();
    }

    private static void AppendOwnRows(StringBuilder sql, Func<Dataset, string, string>? tickName, LakeSnapshot snapshot, IReadOnlyList<RowSource> files)
    {
        var dataset = snapshot.Dataset;
        var hasFolders = FolderColumns.CanBeRead(snapshot, [.. files.Select(file => file.File!)]);
        var symbol = hasFolders && dataset.Partitioning.IsBySymbol() ? SqlText.Identifier(Dataset.SymbolAlias) : ColumnExpression(dataset, dataset.SymbolColumn);
        var date = hasFolders ? SqlText.Identifier(Dataset.DateColumn) : DateExpression(dataset);
        sql.Append("SELECT ").AppendJoin(", ", ViewColumns(dataset, symbol, symbol, date, tickName)).Append(" FROM ");
        if (hasFolders) AppendPaths(sql, files).Append(FolderColumns.Options(dataset.Partitioning)).Append(')');
        else sql.Append(files.Count == 0 ? EmptySource(dataset) : OwnFiles(dataset, files, withFileColumn: true));
    }

    /// <summary>Rows of other programs' files as a table: the dataset's columns as they are read, date and symbol, and where each row stands behind the files before these.</summary>
    private static string ForeignRows(Dataset dataset, IReadOnlyList<RowSource> group, int fileIndex)
    {
        var columns = ForeignSql.Columns(dataset, group, ForeignUse.Answer);
        var select = ReadColumns(dataset).Select(column => $"{columns[column.Name]} AS {SqlText.Identifier(column.ReadName)}");
        var place = string.Create(CultureInfo.InvariantCulture, $"{RowPlaceSql.NativeFileIndexColumn}::BIGINT + {fileIndex} AS {RowPlaceSql.NativeFileIndexColumn}, {RowPlaceSql.NativeRowColumn}");
        return $"(SELECT {string.Join(", ", select)}, {place} FROM {ForeignSql.From(group)})";
    }

    /// <summary>What a row can be asked for, and the name under which a table of rows gives it.</summary>
    private static IEnumerable<(string Name, string ReadName)> ReadColumns(Dataset dataset)
    {
        foreach (var column in dataset.Columns) yield return (column.Name, RowPlaceSql.ReadName(dataset, column.Name));
        if (dataset.Find(Dataset.DateColumn) is null) yield return (Dataset.DateColumn, Dataset.DateColumn);
        if (dataset.Find(Dataset.SymbolAlias) is null) yield return (Dataset.SymbolAlias, Dataset.SymbolAlias);
    }

    /// <summary>The dataset's own columns, the partition date, the symbol under its usual name, and for the time-series functions what they need.</summary>
    private static IEnumerable<string> ViewColumns(Dataset dataset, string symbol, string symbolAlias, string date, Func<Dataset, string, string>? tickName)
    {
        foreach (var column in dataset.Columns)
        {
            var read = column.Name == dataset.SymbolColumn ? symbol : ColumnExpression(dataset, column.Name);
            var shown = SqlText.Identifier(tickName?.Invoke(dataset, column.Name) ?? column.Name);
            yield return read == shown ? shown : $"{read} AS {shown}";
        }

        if (dataset.Find(Dataset.DateColumn) is null) yield return $"{date} AS {SqlText.Identifier(Dataset.DateColumn)}";
        if (dataset.Find(Dataset.SymbolAlias) is null) yield return $"{symbolAlias} AS {SqlText.Identifier(Dataset.SymbolAlias)}";
        if (tickName is not null) yield return TickViewsSql.RowsColumns(dataset);
    }

    /// <summary>A dataset's own columns over exactly the files given; <see cref="ColumnExpression(Dataset, string, IReadOnlyList{RowSource})"/> gives their values.</summary>
    /// <param name="dataset">Whose.</param>
    /// <param name="files">Some of its files, at least one.</param>
    /// <param name="withDate">Whether the date is wanted, in layouts where only the folder has it.</param>
    internal static string Files(Dataset dataset, IReadOnlyList<RowSource> files, bool withDate)
    {
        var own = RowSource.WithoutForeign(files);
        if (own.Count == files.Count) return OwnFiles(dataset, own, withDate);
        var tables = new List<string>();
        if (own.Count > 0)
        {
            var select = ReadColumns(dataset).Select(column => $"{ColumnExpression(dataset, column.Name)} AS {SqlText.Identifier(column.ReadName)}");
            var place = $"{RowPlaceSql.NativeFileIndexColumn}::BIGINT AS {RowPlaceSql.NativeFileIndexColumn}, {RowPlaceSql.NativeRowColumn}";
            tables.Add($"(SELECT {string.Join(", ", select)}, {place} FROM {OwnFiles(dataset, own, withFileColumn: true)})");
        }

        var fileIndex = own.Count;
        foreach (var group in ForeignSql.Groups(files))
        {
            tables.Add(ForeignRows(dataset, group, fileIndex));
            fileIndex += group.Count;
        }

        return $"({string.Join(" UNION ALL ", tables.Select(table => $"FROM {table}"))})";
    }

    private static string OwnFiles(Dataset dataset, IReadOnlyList<RowSource> files, bool withFileColumn)
    {
        var sql = AppendPaths(new StringBuilder(), files).Append("hive_partitioning = false, ");
        if (withFileColumn && HasDateInFolder(dataset)) sql.Append(CultureInfo.InvariantCulture, $"filename = {(FileColumn(dataset) == RowPlaceSql.NativeFileColumn ? "true" : SqlText.Literal(FileColumn(dataset)))}, ");
        return sql.Append("schema = map {").AppendJoin(", ", StoredColumns(dataset).Select(column => RowPlaceSql.SchemaEntry(dataset, column))).Append("})").ToString();
    }

    private static StringBuilder AppendPaths(StringBuilder sql, IReadOnlyList<RowSource> files)
    {
        sql.Append("read_parquet([");
        for (var index = 0; index < files.Count; index++)
        {
            if (index > 0) sql.Append(',');
            sql.Append(SqlText.Literal(files[index].Path));
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

    /// <summary>A column's value in the rows of <see cref="Files"/>.</summary>
    internal static string ColumnExpression(Dataset dataset, string name, IReadOnlyList<RowSource> files) =>
        name.Equals(Dataset.DateColumn, StringComparison.OrdinalIgnoreCase) && files.Any(file => file.Shape is not null)
            ? SqlText.Identifier(Dataset.DateColumn)
            : ColumnExpression(dataset, name);

    /// <summary>What stands for the files of a dataset that has none: no rows, and every column that they would have.</summary>
    private static string EmptySource(Dataset dataset)
    {
        var columns = StoredColumns(dataset).Select(column => $"NULL::{column.Type.ToSql()} AS {SqlText.Identifier(RowPlaceSql.ReadName(dataset, column.Name))}");
        if (HasDateInFolder(dataset)) columns = columns.Append($"NULL::VARCHAR AS {SqlText.Identifier(FileColumn(dataset))}");
        columns = columns.Append($"NULL::BIGINT AS {RowPlaceSql.NativeRowColumn}").Append($"NULL::BIGINT AS {RowPlaceSql.NativeFileIndexColumn}");
        return $"(SELECT {string.Join(", ", columns)} WHERE false)";
    }

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
