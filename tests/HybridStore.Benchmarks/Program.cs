using HybridStore.Benchmarks;
using HybridStore.Benchmarks.Hot;

return args switch
{
    ["parse", var folder, .. var rest] => ParseBenchmark.Run(folder, Rounds(rest), Console.Out),
    ["hot", var folder, .. var rest] => await HotLoadBenchmark.RunAsync(folder, Rounds(rest), Console.Out),
    _ => Usage(Console.Error),
};

static int Rounds(string[] rest) => rest.Length > 0 ? int.Parse(rest[0]) : 3;

static int Usage(TextWriter error)
{
    error.WriteLine("""
        Usage: parse FOLDER [ROUNDS]    typed parsing of every *.csv of a folder, against DuckDB's read_csv of the same
               hot FOLDER [ROUNDS]      Parquet of every *.csv of a folder of quotes into Postgres, against psql's \copy of a ready binary file
        """);
    return 2;
}
