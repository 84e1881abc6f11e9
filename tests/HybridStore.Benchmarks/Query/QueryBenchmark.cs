using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using HybridStore.Query;

namespace HybridStore.Benchmarks.Query;

/// <summary>
/// Question: how long do answers take beside raw DuckDB? Both sides in turn, medians of the pairs' ratios, by the clock and by processor time; the answers are
/// compared. Whole processes where the start counts, otherwise one process in which the store and the peer's file are open.
/// </summary>
internal sealed class QueryBenchmark : IDisposable
{
    private readonly QueryLakes _lakes;
    private readonly string _program = Environment.GetEnvironmentVariable("HYBRID_BENCH_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "hybrid");
    private readonly int _rounds;
    private readonly TextWriter _output;
    private readonly DuckDbDatabase _database = DuckDbDatabase.Open();
    private readonly DuckDbConnection _peer;

    private QueryBenchmark(QueryLakes lakes, int rounds, TextWriter output)
    {
        (_lakes, _rounds, _output) = (lakes, rounds, output);
        _peer = _database.Connect();
    }

    public void Dispose()
    {
        _peer.Dispose();
        _database.Dispose();
    }

    internal static int Run(string realQuotes, string folder, int rounds, TextWriter output)
    {
        using var benchmark = new QueryBenchmark(new QueryLakes(realQuotes, folder), rounds, output);
        benchmark._lakes.Make(benchmark._program, output);
        benchmark.Processes();
        benchmark.Workload();
        benchmark.Batches();
        return 0;
    }

    /// <summary>The peer where there is no C compiler: this program.</summary>
    internal static int RawSql(string sql, TextWriter output)
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        using var result = connection.Query(sql);
        foreach (var row in Rows(result)) output.WriteLine(row.Replace('|', ','));
        return 0;
    }

    private void Processes()
    {
        var peer = _lakes.MakePeer();
        _output.WriteLine($"Whole processes; the peer is {(peer is null ? "this program, for want of a C compiler" : "a C program")}");
        Head();
        var select = Pairs.Of(3 * _rounds, () => Peer("SELECT 1", out _), () => Hybrid(_lakes.Store, "SELECT 1", out _));
        _output.WriteLine($"{"sql 'select 1'",-52} {select}   wanted: 150 ms, dream 60 ms");
        OneDay("one symbol, one day: 15 files of real quotes", _lakes.Store, "IBM", "2013-10-08");
        OneDay("one symbol, one day: 100,000 files", _lakes.ManyStore, "S0500", "2024-02-08");

        void OneDay(string name, string store, string symbol, string date)
        {
            string theirs = "", ours = "";
            var pairs = Pairs.Of(
                _rounds,
                () => Peer(QueryBenchmarkSql.OneDay(QueryBenchmarkSql.Glob(_lakes.Lake(store, "quotes")), symbol, date), out theirs),
                () => Hybrid(store, QueryBenchmarkSql.OneDay("quotes", symbol, date), out ours));
            Same(name, [theirs], [ours.Split('\n')[1]]);
            _output.WriteLine($"{name,-52} {pairs}   wanted: 0.50, dream 0.10");
        }

        Sample Peer(string sql, out string answer) => peer is null ? Start(Environment.ProcessPath!, ["raw-sql", sql], out answer) : Start(peer, [sql], out answer);
        Sample Hybrid(string store, string sql, out string answer) => Start(_program, ["sql", sql, "--store", store, "--output", "csv"], out answer);
    }

    private void Workload()
    {
        using var session = Store.Open(_lakes.Store).OpenSession();
        foreach (var (dataset, symbol) in ((string, string)[])[("quotes", "symbol"), ("trades", "symbol"), ("gens", "duid")])
        {
            _peer.Execute(QueryBenchmarkSql.SortedView(dataset, symbol, _lakes.Sorted(dataset)));
        }

        _output.WriteLine("The workload; the peer reads one Parquet file sorted by symbol and time");
        Head();
        var all = new List<Pairs>();
        foreach (var query in WorkloadSql.Ticks.Concat(WorkloadSql.Generators))
        {
            List<string> theirs = [], ours = [];
            var pairs = Pairs.Of(
                _rounds,
                () => Pairs.Time(() =>
                {
                    using var result = _peer.Query(query.Sql);
                    theirs = Rows(result);
                }),
                () => Pairs.Time(() =>
                {
                    using var result = session.Query(query.Sql);
                    ours = Rows(result);
                }));
            Same(query.Name, theirs, ours);
            all.Add(pairs);
            _output.WriteLine($"{query.Name,-52} {pairs}");
        }

        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"geometric mean of " + all.Count,-52} {"",9} {"",9} {Mean(pairs => pairs.Ratio),6:0.00} {Mean(pairs => pairs.CpuRatio),6:0.00}   wanted: 1.00, dream 0.70"));

        double Mean(Func<Pairs, double> ratio) => Math.Exp(all.Average(pairs => Math.Log(ratio(pairs))));
    }

    private void Batches()
    {
        using var session = Store.Open(_lakes.Store).OpenSession();
        var glob = QueryBenchmarkSql.Glob(_lakes.Lake(_lakes.Store, "quotes"));
        _output.WriteLine("C# batches: 9.47 M quotes through the library");
        Head();
        Measure("sum of bids; peer: the same batches by the C API", () => RawBatches(glob), () => BatchSums.Of(session.Query(QueryBenchmarkSql.Bids("quotes"))), " wanted: 1.10, dream 1.02");
        Measure("sum of bids; peer: DuckDB's own sum", () => RawSum(glob), () => BatchSums.Of(session.Query(QueryBenchmarkSql.Bids("quotes"))), "");
        Measure("scan by symbol, with times; peer: DuckDB's own sum", () => RawSum(glob), () => BatchSums.Of(session.Scan("quotes", null, null, null, ["bid_price"])), "");
        Measure("replay in order of time; peer: DuckDB's own sum", () => RawSum(glob), () => BatchSums.Of(session.Scan("quotes", null, null, null, ["bid_price"], ScanOrder.ByTime)), "");
        Measure("replay as typed rows; peer: DuckDB's own sum", () => RawSum(glob), () => BatchSums.Of(session.Scan<QuoteRow>("quotes", order: ScanOrder.ByTime)), "");

        void Measure(string name, Func<(long Rows, double Sum)> peer, Func<(long Rows, double Sum)> hybrid, string wanted)
        {
            (long Rows, double Sum) theirs = default, ours = default;
            var seconds = new List<double>();
            var pairs = Pairs.Of(
                2 * _rounds,
                () => Pairs.Time(() => theirs = peer()),
                () =>
                {
                    var sample = Pairs.Time(() => ours = hybrid());
                    seconds.Add(sample.Seconds);
                    return sample;
                });
            if (ours.Rows != theirs.Rows || Math.Abs(ours.Sum - theirs.Sum) > 1) throw new InvalidOperationException($"{name}: expected {theirs}, found {ours}.");
            _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-52} {pairs}  {ours.Rows / Pairs.Median(seconds) / 1e6,6:0.0} M rows/s{wanted}"));
        }

        (long, double) RawSum(string table)
        {
            using var result = _peer.Query(QueryBenchmarkSql.Sum(table).Replace("sum(", "count(*), sum(", StringComparison.Ordinal));
            result.Read();
            return (result.Chunk.Column(0).Values<long>()[0], result.Chunk.Column(1).Values<double>()[0]);
        }

        (long, double) RawBatches(string table)
        {
            using var statement = _peer.Prepare(QueryBenchmarkSql.Bids(table));
            using var result = statement.ExecuteStreaming();
            var (rows, sum) = (0L, 0.0);
            while (result.Read())
            {
                var bids = result.Chunk.Column(0);
                rows += bids.RowCount;
                sum += BatchSums.Of(bids);
            }

            return (rows, sum);
        }
    }

    private void Head() => _output.WriteLine($"{"",-52} {"peer ms",9} {"hybrid ms",9} {"ratio",6} {"CPU",6}");

    private static Sample Start(string program, string[] arguments, out string answer)
    {
        var before = ChildrenCpuSeconds();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        answer = process.StandardOutput.ReadToEnd().TrimEnd();
        process.WaitForExit();
        var seconds = watch.Elapsed.TotalSeconds;
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} returned {process.ExitCode}.");
        return new Sample(seconds, ChildrenCpuSeconds() - before);
    }

    /// <summary>Of the children that ended; .NET tells it of living processes only. Source: proc(5), stat, cutime and cstime in ticks of 10 ms.</summary>
    private static double ChildrenCpuSeconds()
    {
        const double ticksPerSecond = 100;
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / ticksPerSecond;
    }

    private static List<string> Rows(QueryReader reader)
    {
        var rows = new List<string>();
        while (reader.Read()) Append(rows, reader.Chunk);
        return rows;
    }

    private static List<string> Rows(DuckDbResult result)
    {
        var rows = new List<string>();
        while (result.Read()) Append(rows, result.Chunk);
        return rows;
    }

    private static void Append(List<string> rows, DuckDbChunk chunk)
    {
        for (var row = 0; row < chunk.RowCount; row++)
        {
            var texts = new string[chunk.ColumnCount];
            for (var column = 0; column < texts.Length; column++)
            {
                var vector = chunk.Column(column);
                // Sums of the same numbers in another order differ in their last digits.
                texts[column] = vector.Type.Id == DuckDBType.Double && !vector.IsNull(row)
                    ? vector.Values<double>()[row].ToString("G9", CultureInfo.InvariantCulture)
                    : ValueText.Of(vector, row) ?? "";
            }

            rows.Add(string.Join('|', texts));
        }
    }

    private static void Same(string name, List<string> theirs, List<string> ours)
    {
        if (theirs.Count == 0 || !theirs.SequenceEqual(ours))
        {
            var row = theirs.Zip(ours).TakeWhile(pair => pair.First == pair.Second).Count();
            throw new InvalidOperationException($"{name}: the answers differ: {theirs.Count} and {ours.Count} rows; row {row}: '{theirs.ElementAtOrDefault(row)}' and '{ours.ElementAtOrDefault(row)}'.");
        }
    }
}
