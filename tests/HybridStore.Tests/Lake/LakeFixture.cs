using System.Text;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Lake;

/// <summary>A store with one dataset <c>ticks</c>, and DuckDB to write and read it.</summary>
internal sealed class LakeFixture : IDisposable
{
    internal static readonly DateOnly Day1 = new(2024, 11, 1);
    internal static readonly DateOnly Day2 = new(2024, 11, 2);

    private readonly MemoryFolder? _folder;
    private readonly DuckDbDatabase _database = DuckDbDatabase.Open(null, new Dictionary<string, string> { ["threads"] = "1" });

    internal LakeFixture(Partitioning partitioning = Partitioning.SymbolDate, string symbolColumn = "symbol")
        : this(null, partitioning, symbolColumn)
    {
    }

    /// <summary>Works in a store that somebody else cleans up.</summary>
    internal LakeFixture(string? root, Partitioning partitioning = Partitioning.SymbolDate, string symbolColumn = "symbol")
    {
        _folder = root is null ? new MemoryFolder() : null;
        Store = new StorePaths(root ?? _folder!.Path);
        Dataset = new Dataset
        {
            Name = "ticks",
            Columns =
            [
                new Column(symbolColumn, new ColumnType(ColumnKind.Varchar)),
                new Column("time", new ColumnType(ColumnKind.Timestamp)),
                new Column("price", new ColumnType(ColumnKind.Double)),
            ],
            SymbolColumn = symbolColumn,
            TimeColumn = "time",
            Partitioning = partitioning,
        };
        Connection = _database.Connect();
    }

    internal DuckDbConnection Connection { get; }

    internal Dataset Dataset { get; }

    internal StorePaths Store { get; }

    internal string Folder => Store.Dataset("ticks");

    internal LakeTable Table => new(Folder, TimeProvider.System);

    internal LakeTable TableWith(Action<string> beforeStep) => new(Folder, TimeProvider.System, new LakeDisk(beforeStep));

    internal LakeTable TableOn(LakeDisk disk) => new(Folder, TimeProvider.System, disk);

    /// <summary>Stages a file of some rows, priced 1 to <paramref name="rowCount"/>, one a second.</summary>
    internal StagedFile Write(LakeTransaction transaction, string? symbol, DateOnly day, int rowCount = 10)
    {
        var layout = transaction.Dataset.Partitioning;
        var file = transaction.Stage(layout.IsBySymbol() ? symbol : null, layout.DaysOf(day));
        var date = PartitionPath.TimeKey(layout) == "date" ? "" : $", DATE '{day:yyyy-MM-dd}' AS date";
        var name = symbol is null ? "NULL::VARCHAR" : Quote(symbol);
        Connection.Execute(
            $"COPY (SELECT {name} AS {Dataset.SymbolColumn}, TIMESTAMP '{day:yyyy-MM-dd}' + to_seconds(i) AS time, i::DOUBLE AS price{date} FROM range(1, {rowCount + 1}) AS rows(i)) TO {Quote(file.StagingPath)} (FORMAT parquet, COMPRESSION zstd)");
        transaction.Add(
            file,
            rowCount,
            [
                new ColumnStatistics("time", $"{day:yyyy-MM-dd} 00:00:01", $"{day:yyyy-MM-dd} {TimeSpan.FromSeconds(rowCount):hh\\:mm\\:ss}", 0),
                new ColumnStatistics("price", "1.0", $"{rowCount}.0", 0),
            ]);
        return file;
    }

    /// <summary>Makes the table if need be, and appends files.</summary>
    internal CommitOutcome Append(params (string? Symbol, DateOnly Day, int RowCount)[] files) => Append(Table, appId: null, files);

    internal CommitOutcome Append(LakeTable table, string? appId, params (string? Symbol, DateOnly Day, int RowCount)[] files)
    {
        var basis = table.TryLoad();
        using var transaction = table.Begin(basis, "ingest");
        if (basis is null) transaction.SetDataset(Dataset);
        foreach (var (symbol, day, rowCount) in files) Write(transaction, symbol, day, rowCount);
        if (appId is not null) transaction.SetAppTransaction(appId, 0);
        return transaction.Commit(Details(files.Sum(file => file.RowCount)), CancellationToken.None);
    }

    internal static CommitDetails Details(long rowsStored) => new() { Sources = ["a.csv"], RowsRead = rowsStored, RowsStored = rowsStored, Seconds = 0.5 };

    /// <summary>What a plain glob of the tree says: symbol, date, rows and sum of prices by partition.</summary>
    internal List<string> Glob() => Query(
        $"SELECT concat_ws('|', coalesce({Dataset.SymbolColumn}, '(none)'), date, count(*), sum(price)) FROM read_parquet({Quote(Folder + "/**/*.parquet")}, hive_partitioning=true, {(Dataset.Partitioning.IsBySymbol() ? "hive_types={'symbol': VARCHAR}, " : "")}union_by_name=true) GROUP BY {Dataset.SymbolColumn}, date ORDER BY ALL");

    /// <summary>Every row of a snapshot, sorted.</summary>
    internal List<string> Rows(LakeSnapshot snapshot)
    {
        if (snapshot.Files.Count == 0) return [];
        var list = string.Join(", ", snapshot.Files.Select(file => Quote(snapshot.Locate(file))));
        var rows = Query($"SELECT concat_ws('|', coalesce({Dataset.SymbolColumn}, '(none)'), time, price) FROM read_parquet([{list}], hive_partitioning = false)");
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    internal List<string> Query(string sql)
    {
        using var result = Connection.Query($"SELECT COLUMNS(*)::VARCHAR FROM ({sql})");
        var rows = new List<string>();
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++)
            {
                var column = result.Chunk.Column(0);
                rows.Add(column.IsNull(row) ? "(null)" : Encoding.UTF8.GetString(column.Bytes(row)));
            }
        }

        return rows;
    }

    /// <summary>Every file below the dataset that is no data of the tree and no log: what a transaction may leave.</summary>
    internal List<string> Leftovers() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Where(path => path.StartsWith("_staging", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The data files of the tree.</summary>
    /// <param name="withLog">Whether a checkpoint counts, as it does for a plain glob.</param>
    internal List<string> Tree(bool withLog = true) => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*.parquet", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Where(path => withLog || path[0] != '_').Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The outcome of a commit that wrote these files.</summary>
    internal static CommitOutcome Committed(LakeSnapshot snapshot, IReadOnlyList<DataFile> files) =>
        new(snapshot.Version, CommitConflict.None, "") { FilesAdded = files.Count, BytesAdded = files.Sum(file => file.SizeBytes) };

    internal static string Quote(string text) => $"'{text.Replace("'", "''")}'";

    public void Dispose()
    {
        Connection.Dispose();
        _database.Dispose();
        _folder?.Dispose();
    }
}
