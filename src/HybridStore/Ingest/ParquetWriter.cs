using System.Text;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Writes Parquet files through DuckDB.</summary>
/// <remarks>Not thread-safe: it runs on the connection of its thread.</remarks>
internal sealed class ParquetWriter(DuckDbConnection connection, Dataset dataset)
{
    /// <summary>Writes rows in the order in which they come.</summary>
    /// <param name="rows">The source; its own exception is rethrown as it was.</param>
    /// <param name="constant">A text column whose value is the same in all rows, if there is one.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="cancellationToken">Stops, and leaves a torn file behind: it lies in staging.</param>
    internal WrittenFile Write(IDuckDbRowSource rows, (string Column, string Value)? constant, string path, CancellationToken cancellationToken)
    {
        using var lease = DuckDbTableFunction.Lend(rows);
        try
        {
            return Run(IngestSql.Copy(lease.Sql, dataset, constant, path), path, cancellationToken);
        }
        catch (DuckDbException)
        {
            lease.ThrowIfSourceFailed();
            throw;
        }
    }

    /// <summary>Merges files into one that is in order.</summary>
    /// <param name="paths">Files, in the order of their rows.</param>
    /// <param name="orderBy">The columns to order by.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal WrittenFile Sort(IReadOnlyList<string> paths, IReadOnlyList<string> orderBy, string path, CancellationToken cancellationToken) =>
        Run(IngestSql.CopySorted(paths, dataset, orderBy, path), path, cancellationToken);

    private WrittenFile Run(string sql, string path, CancellationToken cancellationToken)
    {
        using var result = connection.Query(sql, cancellationToken);
        if (!result.Read()) throw new InvalidOperationException("COPY with RETURN_STATS returned no row.");
        var chunk = result.Chunk;
        var names = result.Columns.Select(column => column.Name).ToList();
        var rowCount = (long)chunk.Column(names.IndexOf("count")).Values<ulong>()[0];
        return new WrittenFile(path, rowCount, ReadStatistics(chunk.Column(names.IndexOf("column_statistics"))));
    }

    /// <summary>RETURN_STATS gives a map of the quoted column name to a map of the statistic's name to its text.</summary>
    private static List<ColumnStatistics> ReadStatistics(DuckDbVector map)
    {
        var statistics = new List<ColumnStatistics>();
        var (offset, length) = map.ListEntry(0);
        var columnNames = map.MapChild(0);
        var inner = map.MapChild(1);
        var names = inner.MapChild(0);
        var values = inner.MapChild(1);
        for (var column = offset; column < offset + length; column++)
        {
            string? minimum = null, maximum = null;
            long? nullCount = null;
            var (start, count) = inner.ListEntry(column);
            for (var entry = start; entry < start + count; entry++)
            {
                var value = values.IsNull(entry) ? null : Encoding.UTF8.GetString(values.Bytes(entry));
                switch (Encoding.UTF8.GetString(names.Bytes(entry)))
                {
                    case "min": minimum = value; break;
                    case "max": maximum = value; break;
                    case "null_count": nullCount = value is null ? null : long.Parse(value); break;
                }
            }

            statistics.Add(new ColumnStatistics(Unquote(Encoding.UTF8.GetString(columnNames.Bytes(column))), minimum, maximum, nullCount));
        }

        return statistics;
    }

    private static string Unquote(string name) =>
        name is ['"', .., '"'] ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;
}
