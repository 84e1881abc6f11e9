using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>The SQL that writes Parquet.</summary>
internal static class IngestSql
{
    /// <summary>Writes rows to one Parquet file in the order in which they come; gives one row: count and statistics by column.</summary>
    /// <param name="source">A table expression with the dataset's columns.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="constant">
    /// A text column whose value is the same in all rows, if there is one: written as an enum, it costs nothing; the file's column is plain text.
    /// </param>
    /// <param name="path">The file to make.</param>
    /// <param name="encoding">How it is written: whoever gives the rows knows whether zeros with a sign are among them.</param>
    internal static string Copy(string source, Dataset dataset, (string Column, string Value)? constant, string path, ParquetEncoding encoding)
    {
        var list = PhysicalColumns(dataset, column => constant is { } known && column.Name == known.Column
            ? $"{SqlText.Literal(known.Value)}::ENUM({SqlText.Literal(known.Value)}) AS {SqlText.Identifier(column.Name)}"
            : Cast(column, ParquetEncoding.Plain));
        return $"COPY (SELECT {list} FROM {source}) TO {SqlText.Literal(path)} ({ParquetCopy.Options(dataset, encoding)})";
    }

    /// <summary>Writes the rows of several files to one, in order; equal rows keep the order of the files and of the rows in them.</summary>
    /// <param name="paths">Parquet files, in the order of their rows.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="orderBy">The columns to order by.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="encoding">How it is written.</param>
    internal static string CopySorted(IReadOnlyList<string> paths, Dataset dataset, IReadOnlyList<string> orderBy, string path, ParquetEncoding encoding)
    {
        var place = new RowPlaceSql(dataset);
        return $"COPY (SELECT {PhysicalColumns(dataset, column => Cast(column, encoding))} FROM ({place.Select(paths)}) "
            + $"ORDER BY {string.Join(", ", orderBy.Select(SqlText.Identifier))}, {place.Order(paths)}) "
            + $"TO {SqlText.Literal(path)} ({ParquetCopy.Options(dataset, encoding)})";
    }

    private static string PhysicalColumns(Dataset dataset, Func<Column, string> write) => string.Join(", ", DeltaSchema.PhysicalColumns(dataset).Select(column =>
        dataset.Columns.Contains(column) ? write(column) : $"{LakeSql.PartitionDay(dataset)} AS {SqlText.Identifier(column.Name)}"));

    /// <summary>A text may come as an enum, which is cheaper to write as it is; the file's column is plain text.</summary>
    private static string Cast(Column column, ParquetEncoding encoding)
    {
        var name = SqlText.Identifier(column.Name);
        if (column.Type.Kind == ColumnKind.Varchar) return name;
        return $"{SignedZeroSql.Guard($"{name}::{column.Type.ToSql()}", column.Type, encoding)} AS {name}";
    }
}
