using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using HybridStore.Schema;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Query;

/// <summary>Datasets in a folder of their own, written by DuckDB in the layouts of the lake, with no commit log.</summary>
internal sealed class SampleLake : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DuckDbDatabase _database = DuckDbDatabase.Open();
    private readonly DuckDbConnection _connection;
    private readonly Dictionary<string, LakeSnapshot> _snapshots = [];

    internal SampleLake() => _connection = _database.Connect();

    internal string Path => _folder.Path;

    internal IReadOnlyList<QuerySource> Sources => [.. _snapshots.Values.Select(QuerySource.Of)];

    internal LakeSnapshot this[string dataset] => _snapshots[dataset];

    internal static Dataset Quotes(string name = "quotes", string symbolColumn = "ticker", Partitioning partitioning = Partitioning.SymbolDate) => new()
    {
        Name = name,
        Columns =
        [
            new(symbolColumn, new(ColumnKind.Varchar)), new("time", new(ColumnKind.Timestamp)), new("bid", new(ColumnKind.Double)), new("size", new(ColumnKind.BigInt)),
        ],
        SymbolColumn = symbolColumn,
        TimeColumn = "time",
        Partitioning = partitioning,
    };

    /// <summary>Adds a dataset without files.</summary>
    internal void Add(Dataset dataset)
    {
        var folder = _folder.File(dataset.Name);
        Directory.CreateDirectory(folder);
        _snapshots[dataset.Name] = new LakeSnapshot
        {
            Folder = folder,
            Version = 0,
            Dataset = dataset,
            Files = [],
            AppTransactions = new Dictionary<string, long>(),
        };
    }

    /// <summary>Adds a file with the rows of a SELECT.</summary>
    internal void AddFile(string dataset, string? symbol, DateRange days, string select)
    {
        var snapshot = _snapshots[dataset];
        // Any distinct folder does: what a symbol is, the snapshot and the file's own column say.
        var time = snapshot.Dataset.Partitioning switch
        {
            Partitioning.SymbolMonth or Partitioning.Month => $"month={days.From:yyyy-MM}",
            Partitioning.SymbolYear or Partitioning.Year => $"year={days.From:yyyy}",
            _ => $"date={days.From:yyyy-MM-dd}",
        };
        var folder = symbol is null ? time : $"symbol={Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(symbol))}/{time}";
        Directory.CreateDirectory(System.IO.Path.Combine(snapshot.Folder, folder));
        var path = $"{folder}/part-{snapshot.Files.Count:D5}.parquet";
        var file = System.IO.Path.Combine(snapshot.Folder, path);
        var rowCount = _connection.Execute($"copy ({select}) to '{file.Replace("'", "''", StringComparison.Ordinal)}' (format parquet, compression zstd)");
        var added = new DataFile
        {
            Path = path,
            Symbol = symbol,
            Days = days,
            SizeBytes = new FileInfo(file).Length,
            RowCount = rowCount,
            Checksum = 0,
            AddedVersion = 0,
        };
        _snapshots[dataset] = snapshot with { Files = [.. snapshot.Files.Append(added).OrderBy(entry => entry.Path, StringComparer.Ordinal)] };
    }

    /// <summary>Adds ten quotes of one symbol and day, with bids from <paramref name="firstBid"/> on.</summary>
    internal void AddQuotes(string dataset, string symbol, DateOnly day, int firstBid = 1)
    {
        var column = _snapshots[dataset].Dataset.SymbolColumn;
        AddFile(dataset, symbol, new DateRange(day, day),
            $"select '{symbol.Replace("'", "''", StringComparison.Ordinal)}' as \"{column}\", timestamp '{day:yyyy-MM-dd} 09:30:00' + to_seconds(i::integer) as time, ({firstBid} + i)::double as bid, i as size from range(10) t(i)");
    }

    internal QueryEngine Open(QueryOptions? options = null) => QueryEngine.Open(Sources, options);

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }
}
