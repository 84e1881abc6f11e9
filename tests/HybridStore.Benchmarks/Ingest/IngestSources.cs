using HybridStore.Native.DuckDb;

namespace HybridStore.Benchmarks.Ingest;

/// <summary>Makes the benchmark's sources from real quotes, and a seeded generator's output; each once.</summary>
internal sealed class IngestSources(string realQuotes, string folder)
{
    internal string Quotes => realQuotes;

    internal string One => Path.Combine(folder, "one", "one.csv");

    internal string OneGzip => Path.Combine(folder, "gz", "one.csv.gz");

    internal string OneZstd => Path.Combine(folder, "zst", "one.csv.zst");

    internal string ByDay => Path.Combine(folder, "by-day");

    internal string Generators => Path.Combine(folder, "generators", "generators.csv");

    internal void Make(TextWriter log)
    {
        foreach (var path in (string[])[One, OneGzip, OneZstd, Generators]) Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(ByDay);
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        if (!File.Exists(One))
        {
            log.WriteLine("Making one CSV of all quotes ...");
            using var one = File.Create(One);
            foreach (var file in Directory.EnumerateFiles(Quotes, "*.csv").Order(StringComparer.Ordinal))
            {
                using var source = File.OpenRead(file);
                if (one.Position > 0) SkipLine(source);
                source.CopyTo(one);
            }
        }

        if (!File.Exists(OneGzip)) Shell($"gzip -c '{One}' > '{OneGzip}'");
        if (!File.Exists(OneZstd)) Shell($"zstd -q '{One}' -o '{OneZstd}'");
        foreach (var day in Enumerable.Range(7, 5))
        {
            var path = Path.Combine(ByDay, $"2013-10-{day:00}.csv");
            if (!File.Exists(path)) connection.Execute(IngestSourcesSql.ByDay(Quotes, day, path));
        }

        if (File.Exists(Generators)) return;
        log.WriteLine("Making 8.64 M rows of 1,000 generators ...");
        connection.Execute(IngestSourcesSql.Generators(Generators));
    }

    private static void SkipLine(Stream stream)
    {
        while (stream.ReadByte() is not ('\n' or -1))
        {
        }
    }

    private static void Shell(string command)
    {
        using var process = System.Diagnostics.Process.Start("sh", ["-c", command]);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{command}' returned {process.ExitCode}.");
    }
}
