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
    /// <param name="partition">Whose rows they are.</param>
    /// <param name="file">The file to make.</param>
    /// <param name="cancellationToken">Stops, and leaves a torn file behind: it lies in staging.</param>
    internal WrittenFile Write(
        IPartitionRows rows, (string Column, string Value)? constant, Partition partition, StagedFile file, CancellationToken cancellationToken)
    {
        using var lease = DuckDbTableFunction.Lend(rows);
        try
        {
            var sql = IngestSql.Copy(lease.Sql, dataset, constant, file.StagingPath, rows.Encoding);
            return Written(ParquetCopy.Run(connection, dataset, sql, cancellationToken), partition, file);
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
    /// <param name="partition">Whose rows they are.</param>
    /// <param name="file">The file to make.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal WrittenFile Sort(
        IReadOnlyList<string> paths, IReadOnlyList<string> orderBy, Partition partition, StagedFile file, CancellationToken cancellationToken)
    {
        string Copy(ParquetEncoding encoding) => IngestSql.CopySorted(paths, dataset, orderBy, file.StagingPath, encoding);
        return Written(ParquetCopy.Run(connection, dataset, Copy, cancellationToken), partition, file);
    }

    private WrittenFile Written((long RowCount, IReadOnlyList<ColumnStatistics> Statistics) copied, Partition partition, StagedFile file) =>
        new(file, partition, copied.RowCount, DeltaStatistics.From(dataset, copied.RowCount, copied.Statistics).Json.ToArray());
}
