namespace HybridStore.Query.Export;

/// <summary>The formats as names of files and of the command line.</summary>
public static class ExportFormats
{
    private static readonly (ExportFormat Format, string Name)[] Names =
    [
        (ExportFormat.Csv, "csv"), (ExportFormat.CsvGzip, "csv.gz"), (ExportFormat.CsvZstd, "csv.zst"), (ExportFormat.Parquet, "parquet"),
        (ExportFormat.Arrow, "arrow"),
    ];

    /// <summary>The format's name, which is also the ending of its files: <c>csv.gz</c>.</summary>
    /// <param name="format">The format.</param>
    public static string ToText(this ExportFormat format) => Array.Find(Names, entry => entry.Format == format).Name;

    /// <summary>Undoes <see cref="ToText"/>.</summary>
    /// <param name="text">Such as <c>csv.gz</c>.</param>
    /// <returns>Null when it is no format.</returns>
    public static ExportFormat? Parse(string text) =>
        Names.Where(entry => entry.Name.Equals(text, StringComparison.OrdinalIgnoreCase)).Select(entry => (ExportFormat?)entry.Format).FirstOrDefault();

    /// <summary>The format that a file's name tells.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null when its ending is none of ours.</returns>
    public static ExportFormat? OfFile(string path) =>
        Names.Where(entry => path.EndsWith("." + entry.Name, StringComparison.OrdinalIgnoreCase)).Select(entry => (ExportFormat?)entry.Format).FirstOrDefault();
}
