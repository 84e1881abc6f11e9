using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;

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

    /// <summary>Eleven copies of <see cref="One"/> in one file, each in a month of its own.</summary>
    internal string Eleven => Path.Combine(folder, "eleven", "eleven.csv");

    /// <summary>How often <see cref="Eleven"/> holds the rows.</summary>
    internal const int Copies = 11;

    internal void MakeEleven(TextWriter log)
    {
        if (File.Exists(Eleven)) return;
        log.WriteLine("Making 104 M rows ...");
        Directory.CreateDirectory(Path.GetDirectoryName(Eleven)!);
        var draft = Eleven + ".draft";
        for (var copy = 0; copy < Copies; copy++)
        {
            Shell($"{(copy == 0 ? "cat" : "tail -n +2")} '{One}' | sed 's/,2013-10-/,{2014 + (copy / 12)}-{(copy % 12) + 1:00}-/' >> '{draft}'");
        }

        DurableFile.Rename(draft, Eleven);
    }

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
