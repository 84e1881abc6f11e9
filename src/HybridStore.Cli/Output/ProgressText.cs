using System.Globalization;
using HybridStore.Ingest;

namespace HybridStore.Cli.Output;

/// <summary>How far an ingest is, in words.</summary>
internal static class ProgressText
{
    /// <summary>The share that is done, by bytes.</summary>
    internal static double Percent(IngestProgress progress) =>
        progress.BytesTotal == 0 ? 0 : Math.Min(100, 100.0 * progress.BytesRead / progress.BytesTotal);

    /// <summary>One line: rows, speed, files, time left, memory.</summary>
    /// <param name="progress">Written by the work.</param>
    /// <param name="seconds">Since it began.</param>
    /// <param name="memoryBytes">What the process has.</param>
    internal static string Line(IngestProgress progress, double seconds, long memoryBytes) =>
        $"{Count(progress.RowsRead)} rows, {Count((long)(progress.RowsRead / Math.Max(seconds, 1e-3)))} rows/s, {progress.FilesDone}/{progress.FilesTotal} files, {TimeLeft(progress, seconds)}, {ByteSize.ToText(memoryBytes)}";

    private static string TimeLeft(IngestProgress progress, double seconds)
    {
        if (progress.BytesRead == 0) return "beginning";
        if (progress.BytesTotal <= progress.BytesRead) return "finishing";
        var left = TimeSpan.FromSeconds(seconds / progress.BytesRead * (progress.BytesTotal - progress.BytesRead));
        return string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours:00}:{left:mm\\:ss} left");
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
