using System.Diagnostics;
using System.IO.Hashing;
using HybridStore.Hot;
using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;
using Npgsql;

namespace HybridStore.Benchmarks.Hot;

/// <summary>
/// Question: how long does Parquet to Postgres take, everything that a user waits for, against psql's <c>\copy</c> of a binary file of the same
/// rows that is ready on the disk? Both go to the same embedded server with its defaults, turn by turn; a round's ratio is hybrid's time to psql's.
/// </summary>
internal static class HotLoadBenchmark
{
    internal static readonly Dataset Quotes = new()
    {
        Name = "quotes",
        Columns =
        [
            new("symbol", new(ColumnKind.Varchar)), new("timestamp", new(ColumnKind.Timestamp)), new("bid_price", new(ColumnKind.Double)), new("bid_size", new(ColumnKind.BigInt)),
            new("ask_price", new(ColumnKind.Double)), new("ask_size", new(ColumnKind.BigInt)), new("exchange", new(ColumnKind.Varchar)), new("condition", new(ColumnKind.BigInt)),
        ],
        SymbolColumn = "symbol",
        TimeColumn = "timestamp",
    };

    /// <summary>Runs it.</summary>
    /// <param name="folder">Quotes, one CSV a symbol and day, named <c>SYMBOL_yyyy-MM-dd.csv</c>.</param>
    /// <param name="rounds">How often; the medians count.</param>
    /// <param name="output">Where the figures go.</param>
    internal static async Task<int> RunAsync(string folder, int rounds, TextWriter output)
    {
        var work = Directory.CreateTempSubdirectory("hybrid-bench-");
        var postgres = new EmbeddedPostgres(new StorePaths(Path.Combine(work.FullName, "store")), TimeProvider.System);
        try
        {
            var server = await postgres.StartAsync(CancellationToken.None);
            await using var source = NpgsqlDataSource.Create(server.Connection(EmbeddedPostgres.Database));
            await using var tier = await HotTier.OpenAsync(new StorePaths(Path.Combine(work.FullName, "store")), _ => null, TimeProvider.System, CancellationToken.None);
            var snapshot = MakeLake(folder, work.FullName);
            var rows = snapshot.Files.Sum(file => file.RowCount);

            Encode(snapshot, output);
            await PeakMemory.ResetAsync();
            await LoadAsync(tier, snapshot, HotIndex.None);
            var binary = Path.Combine(work.FullName, "ready.bin");
            await PsqlAsync(server, $"\\copy (select * from quotes) to '{binary}' (format binary)");
            await output.WriteLineAsync($"{rows} rows, {snapshot.Files.Count} files of {snapshot.Files.Sum(file => file.SizeBytes) >> 20} MiB; binary file of {new FileInfo(binary).Length >> 20} MiB; {Environment.ProcessorCount} cores");
            // By COPY, too, as a Postgres that is not the store's own gets them.
            var dataFolder = tier.DataFolder;
            foreach (var (index, way) in new[] { (HotIndex.None, "pages"), (HotIndex.Btree, "pages"), (HotIndex.Btree, "COPY") })
            {
                tier.DataFolder = way == "pages" ? dataFolder : null;
                var ratios = new List<double>();
                for (var round = 0; round < rounds; round++)
                {
                    await ExecuteAsync(source, HotBenchmarkSql.MakePeer);
                    var begin = Stopwatch.GetTimestamp();
                    await PsqlAsync(server, $"\\copy peer from '{binary}' (format binary)");
                    if (index != HotIndex.None) await PsqlAsync(server, HotBenchmarkSql.IndexPeer);
                    var peerSeconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                    await CheckAsync(source, HotBenchmarkSql.CountPeer, rows);
                    await ExecuteAsync(source, HotBenchmarkSql.MakePeer);

                    await ExecuteAsync(source, HotBenchmarkSql.DropHot);
                    using var self = Process.GetCurrentProcess();
                    var cpu = self.TotalProcessorTime;
                    begin = Stopwatch.GetTimestamp();
                    var result = await LoadAsync(tier, snapshot, index);
                    var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                    self.Refresh();
                    await CheckAsync(source, HotBenchmarkSql.CountHot, rows);
                    ratios.Add(seconds / peerSeconds);
                    await output.WriteLineAsync(
                        $"index {index,-5}  {way,-5}  hybrid {seconds:0.00} s ({rows / seconds / 1e6:0.00} M rows/s, client CPU {(self.TotalProcessorTime - cpu).TotalSeconds:0.00} s, index {result.IndexSeconds:0.00} s)  psql {peerSeconds:0.00} s  ratio {seconds / peerSeconds:0.00}");
                }

                if (ratios.Count == 0) continue;
                ratios.Sort();
                await output.WriteLineAsync($"index {index,-5}  {way,-5}  median ratio {ratios[ratios.Count / 2]:0.00}");
            }

            tier.DataFolder = dataFolder;
            await output.WriteLineAsync($"peak memory of the client while loading: {await PeakMemory.ReadAsync()} MB");
            await CompareWithCsvAsync(source, server, tier, snapshot, folder, rows, output);
            await LoadManyAsync(source, tier, snapshot, output);
            return 0;
        }
        finally
        {
            await postgres.DeleteAsync(CancellationToken.None);
            work.Delete(recursive: true);
        }
    }

    /// <summary>What people do today: the CSV into a table that has its index.</summary>
    private static async Task CompareWithCsvAsync(NpgsqlDataSource source, EmbeddedServer server, HotTier tier, LakeSnapshot snapshot, string folder, long rows, TextWriter output)
    {
        await ExecuteAsync(source, HotBenchmarkSql.MakeCsvPeer);
        var begin = Stopwatch.GetTimestamp();
        foreach (var csv in Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal)) await PsqlAsync(server, HotBenchmarkSql.CopyCsv(csv));
        var peerSeconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await CheckAsync(source, HotBenchmarkSql.CountPeer, rows);
        await ExecuteAsync(source, HotBenchmarkSql.MakePeer);
        await ExecuteAsync(source, HotBenchmarkSql.DropHot);
        begin = Stopwatch.GetTimestamp();
        await LoadAsync(tier, snapshot, HotIndex.Btree);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await CheckAsync(source, HotBenchmarkSql.CountHot, rows);
        await output.WriteLineAsync($"CSV by \\copy with the index in place {peerSeconds:0.00} s, hybrid with its index {seconds:0.00} s, ratio {seconds / peerSeconds:0.00}");
    }

    /// <summary>Memory at size: copies of the files as the rows of more days.</summary>
    private static async Task LoadManyAsync(NpgsqlDataSource source, HotTier tier, LakeSnapshot snapshot, TextWriter output)
    {
        var times = int.TryParse(Environment.GetEnvironmentVariable("HYBRID_BENCH_HOT_TIMES"), out var set) ? set : 2;
        var files = Enumerable.Range(0, times).SelectMany(time => snapshot.Files.Select(file =>
        {
            var day = file.Days.From.AddDays(-7 * time);
            var path = $"{time}-{file.Path}";
            File.Copy(snapshot.Locate(file), Path.Combine(snapshot.Folder, path));
            return file with { Path = path, Days = new DateRange(day, day) };
        })).ToList();
        var many = new LakeSnapshot { Folder = snapshot.Folder, Version = 1, Dataset = snapshot.Dataset, Files = files, AppTransactions = snapshot.AppTransactions };
        await ExecuteAsync(source, HotBenchmarkSql.DropHot);
        await PeakMemory.ResetAsync();
        var result = await LoadAsync(tier, many, HotIndex.Btree);
        await output.WriteLineAsync($"{result.RowsLoaded} rows in {result.Seconds:0.0} s: peak memory of the client {await PeakMemory.ReadAsync()} MB");
        await ExecuteAsync(source, HotBenchmarkSql.DropHot);
    }

    /// <summary>Reads and encodes every row as the load does, and sends it nowhere.</summary>
    private static void Encode(LakeSnapshot snapshot, TextWriter output)
    {
        using var database = DuckDbDatabase.Open(settings: new Dictionary<string, string> { ["threads"] = "1" });
        using var connection = database.Connect();
        var layout = new HotLayout(snapshot.Dataset);
        for (var round = 0; round < 3; round++)
        {
            var begin = Stopwatch.GetTimestamp();
            using var self = Process.GetCurrentProcess();
            var cpu = self.TotalProcessorTime;
            var rows = 0L;
            foreach (var file in snapshot.Files)
            {
                var sql = HotLakeSql.Rows(layout, [.. RowSource.OfDrafts([snapshot.Locate(file)])], file.Days.From, onlyDay: false, onlySymbols: null);
                using var reader = new HotRowReader(connection, sql, LeafConstants.None(layout), file.Days.From, CancellationToken.None);
                while (!reader.Next().IsEmpty)
                {
                }

                rows += reader.RowCount;
            }

            self.Refresh();
            output.WriteLine($"encode only: {rows} rows in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.00} s, CPU {(self.TotalProcessorTime - cpu).TotalSeconds:0.00} s");
        }
    }

    private static LakeSnapshot MakeLake(string folder, string work)
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        var files = new List<DataFile>();
        foreach (var csv in Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal))
        {
            var parts = Path.GetFileNameWithoutExtension(csv).Split('_');
            var path = $"{Path.GetFileNameWithoutExtension(csv)}.parquet";
            var full = Path.Combine(work, path);
            var rows = connection.Execute(HotBenchmarkSql.ToParquet(csv, full));
            using var file = File.OpenRead(full);
            var checksum = HashOf(file);
            var day = DateOnly.Parse(parts[1]);
            files.Add(new DataFile { Path = path, Symbol = parts[0], Days = new DateRange(day, day), SizeBytes = file.Length, RowCount = rows, Checksum = checksum, AddedVersion = 0 });
        }

        return new LakeSnapshot { Folder = work, Version = 0, Dataset = Quotes, Files = files, AppTransactions = new Dictionary<string, long>() };
    }

    internal static ulong HashOf(FileStream file)
    {
        var hash = new XxHash64();
        var buffer = new byte[1 << 20];
        while (file.Read(buffer) is > 0 and var read) hash.Append(buffer.AsSpan(0, read));
        return hash.GetCurrentHashAsUInt64();
    }

    private static Task<LoadResult> LoadAsync(HotTier tier, LakeSnapshot snapshot, HotIndex index) => tier.LoadHistoricalAsync(
        snapshot, null, new DateRange(snapshot.Files.Min(file => file.Days.From), snapshot.Files.Max(file => file.Days.To)), HotHold.Window, index, null, CancellationToken.None);

    private static async Task PsqlAsync(EmbeddedServer server, string command)
    {
        using var process = Process.Start(new ProcessStartInfo("psql", ["-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", server.Url.Replace("127.0.0.1", Uri.EscapeDataString(server.SocketFolder), StringComparison.Ordinal), "-c", command]))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"psql failed: {command}");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task CheckAsync(NpgsqlDataSource source, string sql, long expected)
    {
        await using var command = source.CreateCommand(sql);
        var found = (long)(await command.ExecuteScalarAsync())!;
        if (found != expected) throw new InvalidOperationException($"{sql}: expected {expected}, found {found}.");
    }
}
