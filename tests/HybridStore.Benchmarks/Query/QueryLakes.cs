using System.Diagnostics;
using HybridStore.Benchmarks.Ingest;
using HybridStore.Native.DuckDb;

namespace HybridStore.Benchmarks.Query;

/// <summary>The query benchmark's stores and their peers' files, each made once and kept.</summary>
internal sealed class QueryLakes(string realQuotes, string folder)
{
    /// <summary>Real quotes and trades, and the generators.</summary>
    internal string Store => Path.Combine(folder, "query", "store");

    /// <summary>100,000 files.</summary>
    internal string ManyStore => Path.Combine(folder, "query", "many");

    internal string Sorted(string dataset) => Path.Combine(folder, "query", dataset + ".parquet");

    internal string Lake(string store, string dataset) => Path.Combine(store, "lake", dataset);

    internal void Make(string program, TextWriter log)
    {
        Directory.CreateDirectory(Path.Combine(folder, "query"));
        var sources = new IngestSources(realQuotes, folder);
        var trades = Environment.GetEnvironmentVariable("HYBRID_BENCH_TRADES") ?? Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(realQuotes))!, "trades");
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        Ingest("quotes", realQuotes, Store);
        Ingest("trades", trades, Store);
        if (!Directory.Exists(Lake(Store, "gens")))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(sources.Generators)!);
            if (!File.Exists(sources.Generators)) connection.Execute(IngestSourcesSql.Generators(sources.Generators));
            Ingest("gens", sources.Generators, Store);
        }

        if (!Directory.Exists(Lake(ManyStore, "quotes")))
        {
            var csv = Path.Combine(folder, "query", "many.csv");
            connection.Execute(QueryBenchmarkSql.ManyQuotes(csv));
            Ingest("quotes", csv, ManyStore, "--partition-by", "symbol/date");
            File.Delete(csv);
        }

        foreach (var (dataset, symbol, time) in ((string, string, string)[])[("quotes", "symbol", "timestamp"), ("trades", "symbol", "timestamp"), ("gens", "duid", "settlementdate")])
        {
            if (!File.Exists(Sorted(dataset))) connection.Execute(QueryBenchmarkSql.SortedFile(Lake(Store, dataset), symbol, time, Sorted(dataset)));
        }

        void Ingest(string dataset, string source, string store, params string[] more)
        {
            if (Directory.Exists(Lake(store, dataset))) return;
            log.WriteLine($"Making {store}, {dataset} ...");
            using var process = Process.Start(new ProcessStartInfo(program, ["ingest", source, "--dataset", dataset, "--store", store, "--quiet", .. more]) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"ingest of {source} returned {process.ExitCode}.");
        }
    }

    /// <summary>DuckDB's library in a process of its own: a small C program where there is a compiler, since the start of .NET is not DuckDB's.</summary>
    /// <returns>Null without a compiler.</returns>
    internal string? MakePeer()
    {
        var peer = Path.Combine(folder, "query", "peer");
        var library = DuckDbLibrary.FilePath;
        var source = Path.Combine(AppContext.BaseDirectory, "peer.c");
        using var compiler = Process.Start("sh", ["-c", $"command -v cc >/dev/null && cc -O2 -o '{peer}' '{source}' '{library}' -Wl,-rpath,'{Path.GetDirectoryName(library)}'"]);
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? peer : null;
    }
}
