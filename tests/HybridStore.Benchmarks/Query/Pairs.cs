using System.Diagnostics;
using System.Globalization;

namespace HybridStore.Benchmarks.Query;

/// <summary>Runs of both sides in turn.</summary>
internal sealed class Pairs
{
    private readonly List<(Sample Peer, Sample Hybrid)> _samples = [];

    /// <summary>By the clock.</summary>
    internal double Ratio => Median(_samples.Select(pair => pair.Hybrid.Seconds / pair.Peer.Seconds));

    internal double CpuRatio => Median(_samples.Select(pair => pair.Hybrid.CpuSeconds / Math.Max(pair.Peer.CpuSeconds, 0.001)));

    /// <summary>The peer's and hybrid's milliseconds, and both ratios.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(_samples.Select(pair => pair.Peer.Seconds)) * 1000,9:0.0} {Median(_samples.Select(pair => pair.Hybrid.Seconds)) * 1000,9:0.0} {Ratio,6:0.00} {CpuRatio,6:0.00}");

    /// <summary>Measures; a first pair warms both sides up.</summary>
    internal static Pairs Of(int rounds, Func<Sample> peer, Func<Sample> hybrid)
    {
        var pairs = new Pairs();
        for (var round = 0; round <= rounds; round++)
        {
            var sample = (peer(), hybrid());
            if (round > 0) pairs._samples.Add(sample);
        }

        return pairs;
    }

    internal static Sample Time(Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        work();
        var seconds = watch.Elapsed.TotalSeconds;
        process.Refresh();
        return new Sample(seconds, (process.TotalProcessorTime - before).TotalSeconds);
    }

    internal static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
