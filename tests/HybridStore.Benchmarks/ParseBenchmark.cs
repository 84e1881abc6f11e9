using System.Diagnostics;
using HybridStore.Ingest;
using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;
using HybridStore.Native.DuckDb;

namespace HybridStore.Benchmarks;

/// <summary>How fast does one core turn CSV files into typed columns, compared with DuckDB's reader on one thread?</summary>
internal static class ParseBenchmark
{
    internal static int Run(string folder, int rounds, TextWriter output)
    {
        var files = Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal).ToArray();
        var bytes = files.Sum(file => new FileInfo(file).Length);
        var (dialect, specs) = Sniff(files[0]);
        output.WriteLine($"{files.Length} files, {bytes / 1e6:F0} MB, {string.Join(", ", specs.Select(spec => $"{spec.Name} {spec.Kind}"))}");
        var peer = Measure(output, "read_csv", bytes, rounds, () => ParseByDuckDb(files, specs));
        foreach (var simd in Enum.GetValues<CsvSimd>())
        {
            var (rows, seconds) = Measure(output, $"hybrid {simd}", bytes, rounds, () => files.Sum(file => Parse(file, dialect, specs, simd)));
            if (rows != peer.Rows) throw new InvalidDataException($"{simd} read {rows} rows, DuckDB {peer.Rows}.");
            output.WriteLine($"{simd}: {seconds / peer.Seconds:F2} x the processor time of read_csv");
        }

        return 0;
    }

    private static (CsvDialect Dialect, CsvColumnSpec[] Specs) Sniff(string file)
    {
        var profile = SourceProfile.Of(new SourceFile(file, new FileInfo(file).Length, SourceCompression.None), new IngestRequest { Paths = [file] });
        var source = profile.Sniffed;
        return (source.Dialect, [.. ColumnTyper.Type(source, SourceSpread.Of(profile).Runs.SelectMany(run => run)).Select(column => column.ToSpec(source.Dialect))]);
    }

    private static long Parse(string file, CsvDialect dialect, CsvColumnSpec[] specs, CsvSimd simd)
    {
        using var batch = new CsvBatch(specs);
        var options = new CsvReaderOptions { Simd = simd };
        using var reader = new CsvReader(new FileInput(file), dialect, specs, reject => throw new InvalidDataException(reject.Explanation), options);
        while (reader.Read(batch))
        {
        }

        return reader.RowCount;
    }

    /// <summary>DuckDB reads every value too: a sum, or a length, of each column.</summary>
    private static long ParseByDuckDb(string[] files, CsvColumnSpec[] specs)
    {
        using var database = DuckDbDatabase.Open(settings: new Dictionary<string, string> { ["threads"] = "1" });
        using var connection = database.Connect();
        using var result = connection.Query(ParseSql.ReadAll(files, specs));
        result.Read();
        return result.Chunk.Column(0).Values<long>()[0];
    }

    /// <summary>The best of some rounds, by processor time: it says more than the clock does on a machine that others use.</summary>
    private static (long Rows, double Seconds) Measure(TextWriter output, string name, long bytes, int rounds, Func<long> parse)
    {
        using var process = Process.GetCurrentProcess();
        var best = (Rows: 0L, Seconds: double.MaxValue);
        for (var round = 0; round < rounds; round++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            var rows = parse();
            var wallSeconds = watch.Elapsed.TotalSeconds;
            process.Refresh();
            var seconds = (process.TotalProcessorTime - before).TotalSeconds;
            output.WriteLine($"{name,-18} {rows,10} rows  {wallSeconds,6:F3} s  {seconds,6:F3} CPU s  {rows / seconds / 1e6,6:F1} M rows/CPU s  {bytes / seconds / 1e9,5:F2} GB/CPU s");
            if (seconds < best.Seconds) best = (rows, seconds);
        }

        return best;
    }
}
