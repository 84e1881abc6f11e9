using System.Diagnostics;
using System.Globalization;
using HybridStore.Native.DuckDb;
using HybridStore.Query;

namespace HybridStore.Benchmarks.Ingest;

/// <summary>
/// Question: how long does `hybrid ingest` take, everything counted (start, hashing, validation, fsync, commit), beside DuckDB's own partitioned COPY of the
/// same sources with the types given? Whole processes in turn, medians of the pairs' ratios; the rows of both results are compared.
/// </summary>
internal static class IngestBenchmark
{
    private static string Program => Environment.GetEnvironmentVariable("HYBRID_BENCH_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "hybrid");

    internal static int Run(string realQuotes, string folder, int rounds, TextWriter output)
    {
        var sources = new IngestSources(realQuotes, folder);
        sources.Make(output);
        output.WriteLine($"{"work",-34} {"raw COPY s",10} {"hybrid s",9} {"ratio",6}   {"reach",5}   raw MB  hybrid MB");
        Measure("15 files, 9.47 M quotes", sources.Quotes, sources.Quotes + "/*.csv", true, 0.50);
        Measure("the same as one CSV", sources.One, sources.One, true, 0.50);
        Measure("interleaved, one file a day", sources.ByDay, sources.ByDay + "/*.csv", true, 0.55);
        Measure("the same as one .csv.gz", sources.OneGzip, sources.OneGzip, true, 0.85);
        Measure("the same as one .csv.zst", sources.OneZstd, sources.OneZstd, true, 0.70);
        Measure("8.64 M rows of 1,000 generators", sources.Generators, sources.Generators, false, 0.20);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one of the 1,000 generators, 30 days, in a running process: {AskOneGenerator(Path.Combine(folder, "store")) * 1000:0} ms (reach 50)"));
        return 0;

        void Measure(string name, string ours, string theirs, bool isQuotes, double reach)
        {
            var pairs = new List<(double Raw, double Hybrid)>();
            long rawBytes = 0, hybridBytes = 0;
            for (var round = 0; round <= rounds; round++)
            {
                var (rawFolder, store) = (Path.Combine(folder, "raw"), Path.Combine(folder, "store"));
                foreach (var old in (string[])[rawFolder, store])
                {
                    if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
                }

                var raw = Time(Environment.ProcessPath!, ["raw-copy", theirs, isQuotes ? "quotes" : "generators", rawFolder], out rawBytes);
                var hybrid = Time(Program, ["ingest", ours, "--dataset", "bench", "--store", store, "--quiet"], out hybridBytes);
                // The first pair warms the file cache.
                if (round > 0) pairs.Add((raw, hybrid));
                if (round == 0) CompareRows(rawFolder, store, isQuotes);
            }

            var ratio = Median(pairs.Select(pair => pair.Hybrid / pair.Raw));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-34} {Median(pairs.Select(pair => pair.Raw)),10:0.00} {Median(pairs.Select(pair => pair.Hybrid)),9:0.00} {ratio,6:0.00} {(ratio <= reach ? "<=" : "> ")} {reach,5:0.00} {rawBytes >> 20,8} {hybridBytes >> 20,10}"));
        }
    }

    /// <summary>Question: does time grow with the rows, and memory not at all, from 9.47 M to 104 M rows in one file?</summary>
    internal static int RunGrowth(string realQuotes, string folder, int rounds, TextWriter output)
    {
        var sources = new IngestSources(realQuotes, folder);
        sources.Make(output);
        sources.MakeEleven(output);
        var store = Path.Combine(folder, "store");
        var few = new List<(double Seconds, long Bytes)>();
        var many = new List<(double Seconds, long Bytes)>();
        for (var round = 0; round < rounds; round++)
        {
            few.Add(Once(sources.One));
            many.Add(Once(sources.Eleven));
        }

        var (fewSeconds, manySeconds) = (Median(few.Select(one => one.Seconds)), Median(many.Select(one => one.Seconds)));
        var (fewBytes, manyBytes) = (Median(few.Select(one => (double)one.Bytes)), Median(many.Select(one => (double)one.Bytes)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  9.47 M rows {fewSeconds,7:0.00} s {fewBytes / (1 << 20),6:0} MB"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"104.21 M rows {manySeconds,7:0.00} s {manyBytes / (1 << 20),6:0} MB"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tenfold rows: time x {manySeconds / fewSeconds / IngestSources.Copies * 10:0.00} (reach 10.5), memory x {manyBytes / fewBytes:0.00} (reach 1.10)"));
        return 0;

        (double Seconds, long Bytes) Once(string source)
        {
            if (Directory.Exists(store)) Directory.Delete(store, recursive: true);
            return (Time(Program, ["ingest", source, "--dataset", "bench", "--store", store, "--quiet"], out var bytes), bytes);
        }
    }

    /// <summary>The peer, as a process of its own.</summary>
    internal static int RawCopy(string files, bool isQuotes, string target)
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        connection.Execute(IngestSourcesSql.RawCopy(files, isQuotes, target));
        return 0;
    }

    private static double AskOneGenerator(string store)
    {
        using var engine = QueryEngine.Open(QuerySource.AllOf(new StorePaths(store), TimeProvider.System));
        var seconds = new List<double>();
        for (var round = 0; round < 11; round++)
        {
            var watch = Stopwatch.StartNew();
            using var reader = engine.Run($"SELECT count(*), sum(mw) FROM bench WHERE symbol = 'GEN{round * 90:0000}' AND date BETWEEN DATE '2024-11-01' AND DATE '2024-11-30'");
            while (reader.Read())
            {
            }

            seconds.Add(watch.Elapsed.TotalSeconds);
        }

        return Median(seconds);
    }

    private static double Time(string program, string[] arguments, out long peakBytes)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        peakBytes = 0;
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(20)))
        {
            try
            {
                process.Refresh();
                peakBytes = Math.Max(peakBytes, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It ended between the two calls.
            }
        }

        var seconds = watch.Elapsed.TotalSeconds;
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} returned {process.ExitCode}.");
        return seconds;
    }

    private static void CompareRows(string rawFolder, string store, bool isQuotes)
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        var columns = isQuotes ? "symbol, timestamp, bid_price, bid_size, ask_price, ask_size, exchange, condition::VARCHAR" : "symbol, settlementdate, mw, price, status";
        var ours = isQuotes ? columns : columns.Replace("symbol", "duid", StringComparison.Ordinal);
        using var result = connection.Query(
            $"SELECT (SELECT (count(*), sum(hash({columns})::HUGEINT))::VARCHAR FROM read_parquet('{rawFolder}/**/*.parquet', hive_partitioning = true, hive_types = {{'symbol': VARCHAR}})) "
            + $"= (SELECT (count(*), sum(hash({ours})::HUGEINT))::VARCHAR FROM read_parquet('{store}/lake/bench/**/*.parquet', hive_partitioning = false))");
        if (!result.Read() || result.Chunk.Column(0).Values<byte>()[0] != 1) throw new InvalidOperationException("The two results hold different rows.");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
