using HybridStore.Benchmarks;
using HybridStore.Benchmarks.Hot;
using HybridStore.Benchmarks.Ingest;

return args switch
{
    ["parse", var folder, .. var rest] => ParseBenchmark.Run(folder, Rounds(rest), Console.Out),
    ["ingest", var quotes, var work, .. var rest] => IngestBenchmark.Run(quotes, work, Rounds(rest), Console.Out),
    ["growth", var quotes, var work, .. var rest] => IngestBenchmark.RunGrowth(quotes, work, Rounds(rest), Console.Out),
    ["raw-copy", var files, var kind, var target] => IngestBenchmark.RawCopy(files, kind == "quotes", target),
    ["hot", var folder, .. var rest] => await HotLoadBenchmark.RunAsync(folder, Rounds(rest), Console.Out) + await HotSyncBenchmark.RunAsync(Rounds(rest), Console.Out),
    ["hot-sync", .. var rest] => await HotSyncBenchmark.RunAsync(Rounds(rest), Console.Out),
    _ => Usage(Console.Error),
};

static int Rounds(string[] rest) => rest.Length > 0 ? int.Parse(rest[0]) : 3;

static int Usage(TextWriter error)
{
    error.WriteLine("""
        Usage: ingest QUOTES WORK [ROUNDS]    hybrid ingest of real quotes and of a seeded generator's output, against DuckDB's partitioned COPY; WORK holds what is made
               growth QUOTES WORK [ROUNDS]    one file of 9.47 M rows and one of 104 M: time and memory
               parse FOLDER [ROUNDS]    typed parsing of every *.csv of a folder, against DuckDB's read_csv of the same
               hot FOLDER [ROUNDS]      Parquet of every *.csv of a folder of quotes into Postgres, against psql's \copy of a ready binary file and of the CSV; then hot-sync
               hot-sync [ROUNDS]        sync of 30 days of 1,000 symbols: nothing new, and one new day
        """);
    return 2;
}
