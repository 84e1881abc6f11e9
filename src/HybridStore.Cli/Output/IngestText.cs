using System.Globalization;
using HybridStore.Ingest;

namespace HybridStore.Cli.Output;

/// <summary>What an ingest did, for people.</summary>
internal static class IngestText
{
    internal static void Write(TextWriter output, IngestReport report)
    {
        var totals = report.Totals;
        var skipped = report.Files.Count(file => file.Status == IngestStatus.Skipped);
        output.WriteLine(
            $"{report.Dataset}: {Count(totals.RowsRead)} rows read = {Count(totals.RowsStored)} stored + {Count(totals.RowsRejected)} rejected + {Count(totals.RowsDeduplicated)} deduplicated + {Count(totals.RowsFiltered)} filtered");
        if (skipped > 0) output.WriteLine($"{skipped} of {report.Files.Count} files were in the lake already: nothing to do for them (--force ingests them again)");
        foreach (var file in report.Files.Where(file => file.ResumedAtLine is not null)) output.WriteLine($"{file.Path}: resumed at line {Count(file.ResumedAtLine!.Value)}");
        if (totals.FilesWritten == 0) return;
        output.WriteLine(
            $"{Count(totals.FilesWritten)} Parquet files, {ByteSize.ToText(totals.BytesWritten)}, by {report.Partitioning}; {Count(report.Symbols)} symbol{(report.Symbols == 1 ? "" : "s")}, {report.FirstTime} to {report.LastTime}");
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"version {report.Version}, {totals.Seconds:0.00} s, {Count((long)totals.RowsPerSecond)} rows/s, peak memory {ByteSize.ToText(totals.PeakMemoryBytes)}"));
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
