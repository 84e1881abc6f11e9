using HybridStore.Benchmarks;

return args switch
{
    ["parse", var folder, .. var rest] => ParseBenchmark.Run(folder, rest.Length > 0 ? int.Parse(rest[0]) : 3, Console.Out),
    _ => Usage(Console.Error),
};

static int Usage(TextWriter error)
{
    error.WriteLine("Usage: parse FOLDER [ROUNDS]    typed parsing of every *.csv of a folder, against DuckDB's read_csv of the same");
    return 2;
}
