using System.Globalization;
using HybridStore.Ingest;

namespace HybridStore.Cli.Output;

/// <summary>What an ingest would do, for people.</summary>
internal static class PreviewText
{
    private const int FilesMax = 20;

    internal static void Write(TextWriter output, IngestPreview preview)
    {
        foreach (var note in preview.Notes) output.WriteLine(note);
        if (!preview.IsNew) output.WriteLine($"Dataset '{preview.Dataset}': {string.Join(", ", preview.Columns.Select(column => $"{column.Name} {column.Type}"))}, laid out by {preview.Partitioning}");
        foreach (var row in preview.SampleRows) output.WriteLine($"  {string.Join(" | ", row.Values.Select(text => text ?? ""))}");
        foreach (var file in preview.Files.Take(FilesMax))
        {
            var what = file.IsKnown ? "is in the lake already: would be skipped" : $"about {Count(file.RowsEstimate)} rows; of the first {Count(file.RowsLookedAt)}, {Count(file.RowsRejected)} would be rejected";
            output.WriteLine($"{file.Path}: {ByteSize.ToText(file.Bytes)}, {what}");
            foreach (var problem in file.Problems) output.WriteLine($"  {problem}");
        }

        if (preview.Files.Count > FilesMax) output.WriteLine($"... and {preview.Files.Count - FilesMax} more files");
        output.WriteLine($"Expected: about {Count(preview.RowsEstimate)} rows{(preview.FilesEstimate is { } files ? $" in about {Count(files)} Parquet files or more" : "")}. Nothing was written.");
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
