using HybridStore.Benchmarks.Hot;

return args switch
{
    ["hot", var folder, .. var rest] => await HotLoadBenchmark.RunAsync(folder, rest.Length > 0 ? int.Parse(rest[0]) : 3, Console.Out),
    _ => Usage(Console.Error),
};

static int Usage(TextWriter error)
{
    error.WriteLine("Usage: hot FOLDER [ROUNDS]      Parquet of every *.csv of a folder of quotes into Postgres, against psql's \\copy of a ready binary file");
    return 2;
}
