using System.Diagnostics;
using HybridStore.Hot;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Benchmarks.Hot;

/// <summary>
/// Question: what does a nightly <c>sync</c> cost? A window of 30 days of 1,000 symbols, a file a day: when nothing has changed, and when one day has
/// arrived and one falls out, against a load of that day alone.
/// </summary>
internal static class HotSyncBenchmark
{
    private const int Days = 30;
    private const int Symbols = 1000;
    private const int RowsOfASymbolDay = 100;
    private static readonly DateOnly First = new(2024, 1, 1);

    /// <summary>Runs it.</summary>
    /// <param name="rounds">How often; a round is a new day.</param>
    /// <param name="output">Where the figures go.</param>
    internal static async Task<int> RunAsync(int rounds, TextWriter output)
    {
        var work = Directory.CreateTempSubdirectory("hybrid-bench-");
        var paths = new StorePaths(Path.Combine(work.FullName, "store"));
        try
        {
            await using var tier = await HotTier.OpenAsync(paths, _ => null, TimeProvider.System, CancellationToken.None);
            var files = Enumerable.Range(0, Days + rounds).Select(day => MakeDay(work.FullName, First.AddDays(day))).ToList();
            await PeakMemory.ResetAsync();
            var fill = await SyncAsync(Days);
            await output.WriteLineAsync($"first fill: {fill.RowsLoaded} rows, {fill.PartitionsLoaded} symbol-days in {fill.Seconds:0.00} s; peak memory of the client {await PeakMemory.ReadAsync()} MB");
            for (var round = 1; round <= rounds; round++)
            {
                var (nothing, nothingSeconds) = await TimeAsync(() => SyncAsync(Days + round - 1));
                Check(nothing.PartitionsUnchanged == Days * Symbols && nothing.RowsLoaded == 0);
                var (arrived, arrivedSeconds) = await TimeAsync(() => SyncAsync(Days + round));
                Check((arrived.PartitionsLoaded, arrived.PartitionsEvicted) == (Symbols, Symbols));
                var last = First.AddDays(Days + round - 1);
                var day = new DateRange(last, last);
                await tier.EvictAsync(Snapshot(Days + round), null, day, discard: false, CancellationToken.None);
                var (alone, aloneSeconds) = await TimeAsync(() => tier.LoadHistoricalAsync(Snapshot(Days + round), null, day, HotHold.Window, HotIndex.Btree, null, CancellationToken.None));
                Check(alone.RowsLoaded == Symbols * RowsOfASymbolDay);
                await output.WriteLineAsync(
                    $"sync, nothing changed: {nothingSeconds:0.00} s; one day arrived, one left: {arrivedSeconds:0.00} s; that day loaded alone: {aloneSeconds:0.00} s, ratio of (arrived - nothing) to alone {(arrivedSeconds - nothingSeconds) / aloneSeconds:0.00}");
            }

            await output.WriteLineAsync($"peak memory of the client: {await PeakMemory.ReadAsync()} MB");
            return 0;

            LakeSnapshot Snapshot(int days) => new()
            {
                Folder = work.FullName,
                Version = days,
                Dataset = HotLoadBenchmark.Quotes with { Partitioning = Partitioning.Date },
                Files = [.. files.Take(days)],
                AppTransactions = new Dictionary<string, long>(),
            };

            Task<SyncResult> SyncAsync(int days) => tier.SyncAsync(Snapshot(days), Days, null, HotIndex.Btree, null, CancellationToken.None);
        }
        finally
        {
            await new EmbeddedPostgres(paths, TimeProvider.System).DeleteAsync(CancellationToken.None);
            work.Delete(recursive: true);
        }
    }

    private static async Task<(T Result, double Seconds)> TimeAsync<T>(Func<Task<T>> work)
    {
        var begin = Stopwatch.GetTimestamp();
        var result = await work();
        return (result, Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    private static DataFile MakeDay(string folder, DateOnly date)
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        var path = $"{date:yyyy-MM-dd}.parquet";
        var full = Path.Combine(folder, path);
        var rows = connection.Execute(HotBenchmarkSql.GeneratedDay(date, Symbols, RowsOfASymbolDay, full));
        using var file = File.OpenRead(full);
        return new DataFile { Path = path, Symbol = null, Days = new DateRange(date, date), SizeBytes = file.Length, RowCount = rows, Checksum = HotLoadBenchmark.HashOf(file), AddedVersion = 0 };
    }

    private static void Check(bool isSo)
    {
        if (!isSo) throw new InvalidOperationException("A sync did not do what it should have done.");
    }
}
