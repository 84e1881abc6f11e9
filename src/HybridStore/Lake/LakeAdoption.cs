using System.Text;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Makes a table from Parquet files that any program wrote.</summary>
internal sealed class LakeAdoption
{
    /// <summary>Folder levels that repeat what the time column says.</summary>
    private static readonly string[] TimeKeys = [Dataset.DateColumn, "month", "year", "day"];

    private readonly LakeTable _table;
    private readonly string _name;

    internal LakeAdoption(LakeTable table, string name)
    {
        _table = table;
        _name = name;
    }

    internal CommitOutcome Run(string folder, AdoptRequest request, CancellationToken cancellationToken)
    {
        if (_table.TryLoad() is not null) throw new StoreException(StoreErrorKind.Usage, $"Dataset '{_name}' exists already. Adopt the folder under another name.");
        if (Path.GetFullPath(folder) == _table.Folder) throw new StoreException(StoreErrorKind.Usage, $"{folder}: this is the new dataset's own place. Move the files out of the store, then adopt them: they are linked, not copied.");
        var files = Files(folder);
        var dataset = Describe(folder, files, request, cancellationToken);
        DeltaSchema.Check(dataset, "Say others with --symbol-column and --time-column, or call the column otherwise in the files.");
        using var transaction = _table.Begin(null, "adopt");
        transaction.SetDataset(dataset);
        var rowCount = request.Rewrites ? Rewrite(transaction, dataset, files, cancellationToken) : new FileAdoption(transaction, folder).Take(files, cancellationToken);
        var expected = files.Sum(file => ParquetFooter.TryRowCount(file) ?? 0);
        if (rowCount != expected)
        {
            throw new StoreException(StoreErrorKind.SourceData, $"{folder}: expected {expected} rows with a {request.TimeColumn}, found {rowCount}. Remove the rows without one first.");
        }

        var details = new CommitDetails { Sources = [folder], RowsRead = rowCount, RowsStored = rowCount };
        return transaction.Commit(details, cancellationToken);
    }

    private static long Rewrite(LakeTransaction transaction, Dataset dataset, List<string> files, CancellationToken cancellationToken)
    {
        var rowCount = 0L;
        using var rewriter = new LakeRewriter(transaction, believesStatistics: false);
        var plan = Plan(dataset, files, rewriter, cancellationToken);
        foreach (var ((symbol, days), sources) in plan.OrderBy(entry => entry.Key.Days.From).ThenBy(entry => entry.Key.Symbol, StringComparer.Ordinal))
        {
            var rows = $"{LakeSql.AdoptedRows(sources, dataset)} {LakeSql.OfPartition(dataset, symbol, days)}";
            rowCount += rewriter.Write(transaction.Stage(symbol, days), sources, rows, cancellationToken);
        }

        return rowCount;
    }

    private static List<string> Files(string folder)
    {
        if (!Directory.Exists(folder)) throw new StoreException(StoreErrorKind.Usage, $"There is no folder '{folder}'.");
        var files = new List<string>();
        var folders = new Stack<string>([Path.GetFullPath(folder)]);
        while (folders.TryPop(out var next))
        {
            files.AddRange(Directory.EnumerateFiles(next, "*.parquet"));
            foreach (var inner in Directory.EnumerateDirectories(next).Where(path => Path.GetFileName(path)[0] is not ('_' or '.'))) folders.Push(inner);
        }

        files.Sort(StringComparer.Ordinal);
        if (files.Count == 0) throw new StoreException(StoreErrorKind.SourceData, $"{folder}: expected Parquet files, found none.");
        var broken = files.Find(file => ParquetFooter.TryRowCount(file) is null);
        return broken is null ? files : throw new StoreException(StoreErrorKind.SourceData, $"{broken}: expected a whole Parquet file, found none. Remove it, or write it again.");
    }

    private Dataset Describe(string folder, List<string> files, AdoptRequest request, CancellationToken cancellationToken)
    {
        var columns = new List<Column>();
        foreach (var (name, type) in ReadColumns(folder, files, cancellationToken))
        {
            var isSymbol = name.Equals(request.SymbolColumn, StringComparison.OrdinalIgnoreCase);
            var isTime = name.Equals(request.TimeColumn, StringComparison.OrdinalIgnoreCase);

            // What only repeats symbol and time is derived from them again.
            if (!isTime && type == "DATE" && name.Equals(Dataset.DateColumn, StringComparison.OrdinalIgnoreCase)) continue;
            if (!isSymbol && !isTime && (TimeKeys.Contains(name, StringComparer.OrdinalIgnoreCase) || name.Equals(Dataset.SymbolAlias, StringComparison.OrdinalIgnoreCase)))
            {
                if (type == "VARCHAR" && files.TrueForAll(file => file.Contains($"/{name}=", StringComparison.OrdinalIgnoreCase))) continue;
            }

            var known = isSymbol ? new ColumnType(ColumnKind.Varchar)
                : isTime && type == "VARCHAR" ? new ColumnType(ColumnKind.Date)
                : StoredType.Of(type) ?? throw Unstorable(folder, name, type);
            columns.Add(new Column(name.ToLowerInvariant(), known));
        }

        return new Dataset
        {
            Name = _name,
            Columns = columns,
            SymbolColumn = request.SymbolColumn.ToLowerInvariant(),
            TimeColumn = request.TimeColumn.ToLowerInvariant(),
            TimeZone = DatasetZone.Require("--timezone", request.TimeZone).Id,
            Partitioning = request.Partitioning,
        };
    }

    /// <summary>The columns of files and of their folders.</summary>
    /// <exception cref="StoreException">SourceData: there are no files, or they have columns that a dataset cannot hold.</exception>
    internal static IReadOnlyList<Column> FindColumns(string folder, CancellationToken cancellationToken) =>
        [.. ReadColumns(folder, Files(folder), cancellationToken).Select(column => new Column(column.Name, StoredType.Of(column.Type) ?? throw Unstorable(folder, column.Name, column.Type)))];

    private static StoreException Unstorable(string folder, string name, string type) => new(
        StoreErrorKind.SourceData, $"{folder}: column '{name}' has the type {type}, which a dataset cannot hold. Write the files again without it or with another type.");

    private static List<(string Name, string Type)> ReadColumns(string folder, List<string> files, CancellationToken cancellationToken)
    {
        try
        {
            using var database = BoundedDatabase.Open();
            using var connection = database.Connect();
            var nanoseconds = FileShapes.NanosecondInstants(connection, files, cancellationToken);
            if (nanoseconds.Count > 0) throw Unstorable(folder, nanoseconds.Order(StringComparer.Ordinal).First(), "TIMESTAMP_NS WITH TIME ZONE (nanoseconds, of which DuckDB would show microseconds)");
            using var result = connection.Query(LakeSql.DescribeFolder(files), cancellationToken);
            var columns = new List<(string Name, string Type)>();
            while (result.Read())
            {
                for (var row = 0; row < result.Chunk.RowCount; row++)
                {
                    columns.Add((Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(row)), Encoding.UTF8.GetString(result.Chunk.Column(1).Bytes(row))));
                }
            }

            var names = columns.Select(column => column.Name);
            if (names.FirstOrDefault(name => RowPlaceSql.ReservedNames.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } reserved)
            {
                throw new StoreException(
                    StoreErrorKind.Usage,
                    $"{folder}: column '{reserved}' has a name that hybrid gives to where a row is stored. "
                    + "Rename it in the files, then adopt them.");
            }

            return columns;
        }
        catch (DuckDbException error) when (!SystemFailure.IsIn(error.Message))
        {
            throw new StoreException(StoreErrorKind.SourceData, $"{folder}: expected Parquet files with the same columns and folder levels, found: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static Dictionary<(string? Symbol, DateRange Days), List<RowSource>> Plan(
        Dataset dataset, List<string> files, LakeRewriter rewriter, CancellationToken cancellationToken)
    {
        var plan = new Dictionary<(string? Symbol, DateRange Days), List<RowSource>>();
        foreach (var source in rewriter.AdoptedSources(files, cancellationToken))
        {
            foreach (var key in rewriter.PartitionsOf(LakeSql.AdoptedRows([source], dataset), cancellationToken))
            {
                if (!plan.TryGetValue(key, out var sources)) plan.Add(key, sources = []);
                sources.Add(source);
            }
        }

        return plan;
    }
}
