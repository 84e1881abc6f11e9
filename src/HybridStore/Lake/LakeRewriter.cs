using System.Text;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Writes rows of the lake's files to new files of a transaction, in bounded memory.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class LakeRewriter : IDisposable
{
    private const long MemoryBytes = 384_000_000;

    private readonly LakeTransaction _transaction;
    private readonly DuckDbDatabase _database;
    private readonly DuckDbConnection _connection;

    /// <param name="transaction">What the new files become part of.</param>
    /// <param name="believesStatistics">False where files of other programs are read: statistics of theirs may be wrong, and leave out rows.</param>
    internal LakeRewriter(LakeTransaction transaction, bool believesStatistics = true)
    {
        _transaction = transaction;
        _database = BoundedDatabase.Open(memoryBytes: MemoryBytes, spillFolder: Path.Combine(transaction.DraftFolder, "spill"));
        _connection = _database.Connect();
        if (!believesStatistics) _connection.Execute(LakeSql.DisbelieveStatistics);
    }

    /// <summary>Files that are no dataset's yet, with what is needed to read them.</summary>
    internal IReadOnlyList<RowSource> AdoptedSources(IReadOnlyList<string> paths, CancellationToken cancellationToken) => Run(() =>
    {
        var shapes = FileShapes.Read(_connection, paths, cancellationToken);
        return (IReadOnlyList<RowSource>)[.. paths.Select(path => new RowSource(path, null, shapes[path]))];
    });

    /// <summary>Files of a snapshot, with what is needed to read them.</summary>
    internal IReadOnlyList<RowSource> Sources(LakeSnapshot snapshot, IReadOnlyList<DataFile> files, CancellationToken cancellationToken) => Run(() =>
    {
        if (files.Any(file => file.IsForeign)) _connection.Execute(LakeSql.DisbelieveStatistics);
        return RowSource.Of(snapshot, files, _connection, cancellationToken);
    });

    /// <summary>Writes rows of files to a file of the transaction, and adds it.</summary>
    /// <param name="target">From <see cref="LakeTransaction.Stage"/>.</param>
    /// <param name="sources">Files, older ones first.</param>
    /// <param name="rows">Which rows of them: see <see cref="LakeSql.Rewrite"/>.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <returns>The rows written.</returns>
    /// <exception cref="StoreException">Environment: DuckDB failed.</exception>
    internal long Write(StagedFile target, IReadOnlyList<RowSource> sources, string rows, CancellationToken cancellationToken) => Run(() =>
    {
        var dataset = _transaction.Dataset;
        var (rowCount, statistics) = ParquetCopy.Run(
            _connection, dataset, encoding => LakeSql.Rewrite(dataset, sources, rows, target.StagingPath, encoding), cancellationToken);
        _transaction.Add(target, rowCount, statistics);
        return rowCount;
    });

    /// <summary>Finds the new rows that stay when only one row of each key does, and how many of the old and of the new they are.</summary>
    internal (long Old, long New) CountMerged(
        IReadOnlyList<RowSource> sources, int oldCount, IReadOnlyList<string> key, bool keepLast, CancellationToken cancellationToken) => Run(() =>
    {
        _connection.Execute(LakeSql.CollectNewRows(_transaction.Dataset, sources, oldCount, key, keepLast), cancellationToken);
        using var result = _connection.Query(LakeSql.CountMerged(_transaction.Dataset, sources, oldCount, key, keepLast), cancellationToken);
        result.Read();
        return (result.Chunk.Column(0).Values<long>()[0], result.Chunk.Column(1).Values<long>()[0]);
    });

    /// <summary>The partitions of the transaction's layout that rows belong to.</summary>
    /// <param name="rows">As for <see cref="LakeSql.Partitions"/>.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    internal List<(string? Symbol, DateRange Days)> PartitionsOf(string rows, CancellationToken cancellationToken) => Run(() =>
    {
        var layout = _transaction.Dataset.Partitioning;
        var partitions = new HashSet<(string? Symbol, DateRange Days)>();
        using var result = _connection.Query(LakeSql.Partitions(_transaction.Dataset, rows), cancellationToken);
        while (result.Read())
        {
            var symbols = result.Chunk.Column(0);
            var dayColumn = result.Chunk.Column(1);
            var days = dayColumn.Values<int>();
            for (var row = 0; row < result.Chunk.RowCount; row++)
            {
                if (dayColumn.IsNull(row)) continue; // Rows without a time belong nowhere: who counts the rows written will miss them.
                var symbol = !layout.IsBySymbol() || symbols.IsNull(row) ? null : Encoding.UTF8.GetString(symbols.Bytes(row));
                partitions.Add((symbol, layout.DaysOf(DayOf(days[row]))));
            }
        }

        return partitions.ToList();
    });

    /// <summary>How many rows of a file lie on another day than its partition's.</summary>
    internal long CountMisplaced(string path, DataFile file, CancellationToken cancellationToken) => Run(() =>
    {
        using var result = _connection.Query(LakeSql.CountMisplaced(path, _transaction.Dataset, file), cancellationToken);
        result.Read();
        return result.Chunk.Column(0).Values<long>()[0];
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    /// <exception cref="StoreException">SourceData: the day is none of the calendar's, such as infinity.</exception>
    private static DateOnly DayOf(int epochDay) => EpochDay.TryToDate(epochDay) ?? throw new StoreException(
        StoreErrorKind.SourceData,
        "Expected times of the years 1 to 9999, found another, such as infinity: its row has no partition date. Nothing was changed. "
        + "Write the files again without such rows.");

    private static T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DuckDbException error) when (ForeignValueSql.MisfitOf(error.Message) is { } misfit)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{misfit}. {ForeignValueSql.Advice} Nothing was changed.", error);
        }
        catch (DuckDbException error)
        {
            throw new StoreException(StoreErrorKind.Environment, $"Rewriting files of the lake failed: {error.Message.Split('\n')[0]} Nothing was changed. Run 'hybrid verify --deep' if a file is said to be broken.", error);
        }
    }
}
