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
        // Instants are shown, and texts are read as instants, in UTC on every machine.
        sql.Append("SET GLOBAL TimeZone = 'UTC';");
        sql.Append("SET GLOBAL errors_as_json = true;");
        sql.Append("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET allow_community_extensions = false;");
        sql.Append(CultureInfo.InvariantCulture, $"SET temp_directory = {SqlText.Literal(temporaryFolder)}; SET max_temp_directory_size = '{options.TemporaryBytesMax}B';");
        if (options.MemoryBytesMax is { } memory) sql.Append(CultureInfo.InvariantCulture, $"SET memory_limit = '{memory}B';");
        if (options.ThreadsMax is { } threads) sql.Append(CultureInfo.InvariantCulture, $"SET threads = {threads};");
        sql.Append(CultureInfo.InvariantCulture, $"SET allowed_directories = {SqlText.LiteralList(folders.Select(folder => folder.TrimEnd('/') + "/"))};");
        if (options.OutputPath is { } output) sql.Append(CultureInfo.InvariantCulture, $"SET allowed_paths = {SqlText.LiteralList([output])};");
        sql.Append("SET enable_external_access = false; SET lock_configuration = true;");
        return sql.ToString();
    }

    /// <summary>A view with a dataset's columns over exactly the files given.</summary>
    internal static string CreateView(LakeSnapshot snapshot, IReadOnlyList<DataFile> files)
    {
        var dataset = snapshot.Dataset;
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"CREATE OR REPLACE TEMP VIEW {SqlText.Identifier(dataset.Name)} AS SELECT ");
        sql.AppendJoin(", ", dataset.Columns.Select(column => files.Count == 0
            ? $"NULL::{column.Type.ToSql()} AS {SqlText.Identifier(column.Name)}"
            : SqlText.Identifier(column.Name)));
        var fileColumn = UnusedName(dataset);
        if (dataset.Find(Dataset.DateColumn) is null)
        {
            sql.Append(CultureInfo.InvariantCulture, $", {DateExpression(dataset, fileColumn, files.Count == 0)} AS {SqlText.Identifier(Dataset.DateColumn)}");
        }

        if (dataset.Find(Dataset.SymbolAlias) is null)
        {
            sql.Append(CultureInfo.InvariantCulture, $", {(files.Count == 0 ? "NULL::VARCHAR" : SqlText.Identifier(dataset.SymbolColumn))} AS {SqlText.Identifier(Dataset.SymbolAlias)}");
        }

        if (files.Count == 0) return sql.Append(" WHERE false").ToString();
        sql.Append(" FROM read_parquet([");
        for (var index = 0; index < files.Count; index++)
        {
            if (index > 0) sql.Append(',');
            sql.Append(SqlText.Literal($"{snapshot.Folder}/{files[index].Path}"));
        }

        sql.Append("], hive_partitioning = false, ");
        if (HasDateInFolder(dataset)) sql.Append(CultureInfo.InvariantCulture, $"filename = {SqlText.Literal(fileColumn)}, ");
        return sql.Append("schema = map {").AppendJoin(", ", StoredColumns(dataset).Select(SchemaEntry)).Append("})").ToString();
    }

    /// <summary>Writes a statement's result as one Parquet file.</summary>
    internal static string CopyParquet(string select, string path) =>
        $"COPY ({select.TrimEnd().TrimEnd(';')}\n) TO {SqlText.Literal(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)";

    /// <summary>In layouts by day the date stands in the name of the folder, else it is a column of the file.</summary>
    private static bool HasDateInFolder(Dataset dataset) =>
        dataset.Partitioning is Partitioning.SymbolDate or Partitioning.Date && dataset.Find(Dataset.DateColumn) is null;

    private static string DateExpression(Dataset dataset, string fileColumn, bool isEmpty)
    {
        if (isEmpty) return "NULL::DATE";
        if (!HasDateInFolder(dataset)) return SqlText.Identifier(Dataset.DateColumn);
        // The last folder is date=2024-11-01; DuckDB computes this once a file, and prunes files by it.
        return $"split_part({SqlText.Identifier(fileColumn)}, '/', -2)[{Dataset.DateColumn.Length + 2}:]::DATE";
    }

    private static IEnumerable<Column> StoredColumns(Dataset dataset)
    {
        var isDateStored = !HasDateInFolder(dataset) && dataset.Find(Dataset.DateColumn) is null;
        return isDateStored ? dataset.Columns.Append(new Column(Dataset.DateColumn, new ColumnType(ColumnKind.Date))) : dataset.Columns;
    }

    /// <summary>By name and with a type: a file that has the column in another type is cast, one that lacks it gives nulls.</summary>
    private static string SchemaEntry(Column column)
    {
        var name = SqlText.Literal(column.Name);
        return $"{name}: {{name: {name}, type: {SqlText.Literal(column.Type.ToSql())}, default_value: NULL}}";
    }

    private static string UnusedName(Dataset dataset)
    {
        var name = "hybrid_file";
        while (dataset.Find(name) is not null) name += "_";
        return name;
    }
}
