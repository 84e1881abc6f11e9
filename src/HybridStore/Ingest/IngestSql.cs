using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>The SQL that writes Parquet.</summary>
internal static class IngestSql
{
    /// <summary>Rows of a row group: DuckDB's own vectors fill it evenly, and statistics prune by it.</summary>
    private const int RowGroupRows = 122_880;

    /// <summary>Writes rows to one Parquet file in the order in which they come, and returns one row: count and statistics by column.</summary>
    /// <param name="source">A table expression with the dataset's columns.</param>
    /// <param name="columns">The dataset's columns.</param>
    /// <param name="path">The file to make.</param>
    internal static string Copy(string source, IReadOnlyList<Column> columns, string path) =>
        $"COPY (SELECT {ColumnList(columns)} FROM {source}) TO {SqlText.Literal(path)} ({Options})";

    /// <summary>Writes the rows of several files to one, in order of time; rows of equal time keep the order of the files and of the rows in them.</summary>
    /// <param name="paths">Parquet files whose ordinal order is the order of their rows.</param>
    /// <param name="columns">The dataset's columns.</param>
    /// <param name="orderBy">The columns to order by.</param>
    /// <param name="path">The file to make.</param>
    internal static string CopySorted(IReadOnlyList<string> paths, IReadOnlyList<Column> columns, IReadOnlyList<string> orderBy, string path) =>
        $"COPY (SELECT {ColumnList(columns)} FROM read_parquet({SqlText.LiteralList(paths)}, hive_partitioning = false, filename = '{FileNameColumn}', file_row_number = true) "
        + $"ORDER BY {string.Join(", ", orderBy.Select(SqlText.Identifier))}, {FileNameColumn}, file_row_number) TO {SqlText.Literal(path)} ({Options})";

    private const string FileNameColumn = "hybrid_source_file";

    private static string Options => $"FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE {RowGroupRows}, DICTIONARY_SIZE_LIMIT 1000, RETURN_STATS";

    private static string ColumnList(IReadOnlyList<Column> columns) =>
        string.Join(", ", columns.Select(column => $"{SqlText.Identifier(column.Name)}::{column.Type.ToSql()} AS {SqlText.Identifier(column.Name)}"));
}
