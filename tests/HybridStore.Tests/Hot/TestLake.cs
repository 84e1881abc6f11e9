using System.IO.Hashing;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Tests.Hot;

/// <summary>A lake made by hand: Parquet files by DuckDB, and a snapshot that lists them.</summary>
internal sealed class TestLake(string folder, Dataset dataset)
{
    private readonly List<DataFile> _files = [];
    private long _version = -1;

    internal static Dataset Quotes { get; } = new()
    {
        Name = "quotes",
        Columns =
        [
            new("symbol", new(ColumnKind.Varchar)),
            new("timestamp", new(ColumnKind.Timestamp)),
            new("bid_price", new(ColumnKind.Double)),
            new("bid_size", new(ColumnKind.BigInt)),
            new("exchange", new(ColumnKind.Varchar)),
        ],
        SymbolColumn = "symbol",
        TimeColumn = "timestamp",
    };

    internal LakeSnapshot Snapshot => new()
    {
        Folder = folder,
        Version = _version,
        Dataset = dataset,
        Files = [.. _files.OrderBy(file => file.Path, StringComparer.Ordinal)],
        AppTransactions = new Dictionary<string, long>(),
    };

    /// <summary>Commits a file with the rows of a query.</summary>
    internal TestLake Add(string? symbol, DateRange days, string select, string compression = "zstd")
    {
        _version++;
        var path = $"{_version:d4}.parquet";
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(folder);
        using var database = DuckDbDatabase.Open(settings: new Dictionary<string, string> { ["threads"] = "1" });
        using var connection = database.Connect();
        connection.Execute("set timezone = 'UTC'");
        var rows = connection.Execute($"copy ({select}) to '{full.Replace("'", "''")}' (format parquet, compression {compression})");
        var bytes = File.ReadAllBytes(full);
        _files.Add(new DataFile { Path = path, Symbol = symbol, Days = days, SizeBytes = bytes.Length, RowCount = rows, Checksum = XxHash64.HashToUInt64(bytes), AddedVersion = _version });
        return this;
    }

    /// <summary>Commits a day of one symbol of <see cref="Quotes"/>.</summary>
    internal TestLake AddQuotes(string symbol, string date, int rows, int seed = 0, string compression = "zstd") => Add(
        symbol, Day(date),
        $"select '{symbol.Replace("'", "''")}' as symbol, timestamp '{date} 09:30:00' + to_milliseconds(i // 3) as timestamp, 10 + (i + {seed}) % 7 / 4.0 as bid_price, 100 + i as bid_size, case when i % 5 = 0 then null else chr((65 + i % 3)::int) end as exchange from range({rows}) t(i)", compression);

    /// <summary>The same files in a dataset that has got more columns since.</summary>
    internal TestLake Widen(Dataset wider)
    {
        var lake = new TestLake(folder, wider) { _version = _version };
        lake._files.AddRange(_files);
        return lake;
    }

    internal TestLake Remove(string? symbol, string date)
    {
        _version++;
        _files.RemoveAll(file => file.Symbol == symbol && file.Days == Day(date));
        return this;
    }

    internal static DateRange Day(string date) => new(DateOnly.Parse(date), DateOnly.Parse(date));

    internal static DateRange Days(string from, string to) => new(DateOnly.Parse(from), DateOnly.Parse(to));
}
