using System.Text;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Takes Parquet files of other programs into a table as they are, when each is as the lake itself would have written it.</summary>
/// <remarks>FORMAT.md, "Data files". Not thread-safe.</remarks>
internal sealed class FileAdoption
{
    private const int ReasonsMax = 5;

    private readonly LakeTransaction _transaction;
    private readonly string _folder;
    private readonly Dataset _dataset;

    /// <param name="transaction">What the files become part of; its dataset is set.</param>
    /// <param name="folder">Where they are, for messages.</param>
    internal FileAdoption(LakeTransaction transaction, string folder)
    {
        _transaction = transaction;
        _folder = folder;
        _dataset = transaction.Dataset;
    }

    /// <summary>Takes all files, or none.</summary>
    /// <returns>Their rows.</returns>
    /// <exception cref="StoreException">SourceData: which files are not fit, and why.</exception>
    internal long Take(List<string> files, CancellationToken cancellationToken)
    {
        var found = new List<(string Path, DataFile File)>();
        var unfit = new List<string>();
        using (var rewriter = new LakeRewriter(_transaction))
        using (var reader = new FooterReader())
        using (var verifier = new DataFileVerifier(_dataset))
        {
            foreach (var path in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var reason = reader.FindStrangeColumn(path, _dataset, cancellationToken) ?? verifier.CheckColumns(path, file: null, cancellationToken)?.What;
                if (reason is null && TryPlace(path, rewriter, cancellationToken) is var (symbol, days, why))
                {
                    reason = why;
                    if (why is null)
                    {
                        var file = Describe(path, symbol, days, reader.Statistics(path, _dataset, cancellationToken));
                        reason = verifier.Check(path, file, cancellationToken)?.What;
                        found.Add((path, file));
                    }
                }

                if (reason is not null) unfit.Add($"{Path.GetRelativePath(_folder, path)}: {reason}");
            }
        }

        if (unfit.Count > 0) throw Unfit(unfit, files.Count);
        foreach (var (path, file) in found) _transaction.Take(path, file);
        return found.Sum(one => one.File.RowCount);
    }

    private StoreException Unfit(List<string> unfit, int fileCount) => new(
        StoreErrorKind.SourceData,
        $"{_folder}: {unfit.Count} of {fileCount} files cannot be taken as they are:\n  {string.Join("\n  ", unfit.Take(ReasonsMax))}{(unfit.Count > ReasonsMax ? $"\n  and {unfit.Count - ReasonsMax} more" : "")}\n"
        + "Nothing was changed. Write the rows anew with --rewrite, or choose another layout with --partition-by.");

    private (string? Symbol, DateRange Days, string? Why) TryPlace(string path, LakeRewriter rewriter, CancellationToken cancellationToken)
    {
        var partitions = rewriter.PartitionsOf(LakeSql.Rows([.. RowSource.OfDrafts([path])], _dataset), cancellationToken);
        if (partitions.Count != 1)
        {
            return (null, default, partitions.Count == 0
                ? $"expected rows with a {_dataset.TimeColumn}, found none"
                : $"expected rows of one partition of the layout {_dataset.Partitioning.ToText()}, found {partitions.Count}");
        }

        var (symbol, days) = partitions[0];
        var shown = rewriter.PartitionsOf(LakeSql.FolderRows([path]), cancellationToken);
        return shown.Count == 1 && shown[0] == (symbol, days)
            ? (symbol, days, null)
            : (symbol, days, $"its folder says that the rows are of {string.Join(", ", shown.Select(one => $"{one.Symbol} {one.Days}"))}, and they are of {symbol} {days}");
    }

    private static DataFile Describe(string path, string? symbol, DateRange days, IReadOnlyList<ColumnStatistics> statistics) => new()
    {
        Path = path,
        Symbol = symbol,
        Days = days,
        SizeBytes = new FileInfo(path).Length,
        RowCount = ParquetFooter.TryRowCount(path)!.Value,
        Checksum = 0, // It is measured when the file is taken.
        AddedVersion = -1,
        Statistics = statistics,
    };

    /// <summary>Reads what files say of themselves.</summary>
    private sealed class FooterReader : IDisposable
    {
        private readonly DuckDbDatabase _database = BoundedDatabase.Open();
        private readonly DuckDbConnection _connection;

        internal FooterReader() => _connection = _database.Connect();

        public void Dispose()
        {
            _connection.Dispose();
            _database.Dispose();
        }

        /// <summary>A column that the table would not have: the protocol allows none.</summary>
        internal string? FindStrangeColumn(string path, Dataset dataset, CancellationToken cancellationToken)
        {
            var known = DeltaSchema.PhysicalColumns(dataset).Select(column => column.Name).Append(Dataset.DateColumn).Concat(DeltaSchema.PartitionColumns(dataset.Partitioning)).ToHashSet(StringComparer.OrdinalIgnoreCase);
            using var result = _connection.Query(LakeSql.Describe(path), cancellationToken);
            while (result.Read())
            {
                for (var row = 0; row < result.Chunk.RowCount; row++)
                {
                    if (Text(result.Chunk.Column(0), row) is { } name && !known.Contains(name)) return $"expected only the dataset's columns, found '{name}'";
                }
            }

            return null;
        }

        /// <summary>The bounds and missing values that the footer states.</summary>
        internal List<ColumnStatistics> Statistics(string path, Dataset dataset, CancellationToken cancellationToken)
        {
            var statistics = new List<ColumnStatistics>();
            foreach (var column in DeltaSchema.PhysicalColumns(dataset).Where(column => !column.Type.IsNested))
            {
                using var result = _connection.Query(LakeSql.FooterStatistics(path, column), cancellationToken);
                result.Read();
                var nulls = result.Chunk.Column(2);
                statistics.Add(new ColumnStatistics(column.Name, Text(result.Chunk.Column(0), 0), Text(result.Chunk.Column(1), 0), nulls.IsNull(0) ? null : nulls.Values<long>()[0]));
            }

            return statistics;
        }

        private static string? Text(DuckDbVector column, int row) => column.IsNull(row) ? null : Encoding.UTF8.GetString(column.Bytes(row));
    }
}
