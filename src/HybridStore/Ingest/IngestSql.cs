using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>The SQL that writes Parquet.</summary>
internal static class IngestSql
{
    /// <summary>Writes rows to one Parquet file in the order in which they come, and returns one row: count and statistics by column.</summary>
    /// <param name="source">A table expression with the dataset's columns.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="constant">A text column whose value is the same in all rows, if there is one: written as an enum, it costs nothing; the file's column is plain text.</param>
    /// <param name="path">The file to make.</param>
    internal static string Copy(string source, Dataset dataset, (string Column, string Value)? constant, string path)
    {
        var list = PhysicalColumns(dataset, column => constant is { } known && column.Name == known.Column
            ? $"{SqlText.Literal(known.Value)}::ENUM({SqlText.Literal(known.Value)}) AS {SqlText.Identifier(column.Name)}"
            : Cast(column));
        return $"COPY (SELECT {list} FROM {source}) TO {SqlText.Literal(path)} ({ParquetCopy.Options(dataset)})";
    }

    /// <summary>Writes the rows of several files to one, in order; equal rows keep the order of the files and of the rows in them.</summary>
    /// <param name="paths">Parquet files, in the order of their rows.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="orderBy">The columns to order by.</param>
    /// <param name="path">The file to make.</param>
    internal static string CopySorted(IReadOnlyList<string> paths, Dataset dataset, IReadOnlyList<string> orderBy, string path)
    {
        var place = new RowPlaceSql(dataset);
        return $"COPY (SELECT {PhysicalColumns(dataset, Cast)} FROM ({place.Select(paths)}) "
            + $"ORDER BY {string.Join(", ", orderBy.Select(SqlText.Identifier))}, {place.Order(paths)}) TO {SqlText.Literal(path)} ({ParquetCopy.Options(dataset)})";
    }

    private static string PhysicalColumns(Dataset dataset, Func<Column, string> write) => string.Join(", ", DeltaSchema.PhysicalColumns(dataset).Select(column =>
        dataset.Columns.Contains(column) ? write(column) : $"{LakeSql.PartitionDay(dataset)} AS {SqlText.Identifier(column.Name)}"));

    /// <summary>A text may come as an enum, which is cheaper to write as it is; the file's column is plain text.</summary>
    private static string Cast(Column column) => column.Type.Kind == ColumnKind.Varchar ? SqlText.Identifier(column.Name) : $"{SqlText.Identifier(column.Name)}::{column.Type.ToSql()} AS {SqlText.Identifier(column.Name)}";
}
