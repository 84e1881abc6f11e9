using System.Globalization;
using HybridStore.Hot;

namespace HybridStore.Cli.Output;

/// <summary>Shows how far a load is: one line that is written over and over on a terminal, nothing elsewhere.</summary>
internal static class HotProgressView
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    internal static async Task<T> RunAsync<T>(CommandContext context, string word, Func<IProgress<HotProgress>?, Task<T>> work)
    {
        if (context.IsQuiet || !context.IsErrorTerminal) return await work(null);
        using var line = new Line(context.Error, word);
        return await work(line);
    }

    /// <summary>How far it is, how fast, and how long it takes yet.</summary>
    internal static string Describe(string word, HotProgress value, TimeSpan elapsed)
    {
        var rate = value.Rows / Math.Max(0.001, elapsed.TotalSeconds);
        var left = rate < 1 ? "" : $", {TimeSpan.FromSeconds((value.RowsTotal - value.Rows) / rate):hh\\:mm\\:ss} left";
        return string.Create(
            CultureInfo.InvariantCulture, $"{word}: {value.Rows:N0} of {value.RowsTotal:N0} rows, {value.Partitions}/{value.PartitionsTotal} symbol-days, {rate:N0} rows/s{left}");
    }

    private sealed class Line(TextWriter error, string word) : IProgress<HotProgress>, IDisposable
    {
        private readonly long _started = TimeProvider.System.GetTimestamp();
        private readonly Lock _gate = new();
        private TimeSpan _shownAt = TimeSpan.MinValue;
        private int _width;

        public void Report(HotProgress value)
        {
            var elapsed = TimeProvider.System.GetElapsedTime(_started);
            lock (_gate)
            {
                if (elapsed - Period < _shownAt) return;
                _shownAt = elapsed;
                var text = Describe(word, value, elapsed);
                error.Write("\r" + text.PadRight(_width));
                _width = text.Length;
            }
        }

        public void Dispose()
        {
            if (_width > 0) error.Write("\r" + new string(' ', _width) + "\r");
        }
    }
}
