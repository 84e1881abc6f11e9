namespace HybridStore.Cli.Output.Rows;

/// <summary>Chooses formats and makes their writers.</summary>
internal static class RowFormats
{
    /// <summary>The format that a command line means.</summary>
    /// <param name="name">What <c>--output</c> says, if anything.</param>
    /// <param name="file">What <c>-o</c> says, if anything: its ending tells the format.</param>
    /// <param name="isJson">Whether <c>--format json</c> is set.</param>
    internal static RowFormat Choose(string? name, string? file, bool isJson)
    {
        if (name is not null) return Enum.Parse<RowFormat>(name, ignoreCase: true);
        if (isJson) return RowFormat.Json;
        return Path.GetExtension(file)?.ToUpperInvariant() switch
        {
            ".CSV" => RowFormat.Csv,
            ".JSON" => RowFormat.Json,
            ".NDJSON" or ".JSONL" => RowFormat.Ndjson,
            ".MD" => RowFormat.Markdown,
            ".PARQUET" => RowFormat.Parquet,
            ".ARROW" => RowFormat.Arrow,
            _ => RowFormat.Table,
        };
    }

    /// <summary>Makes a writer of text.</summary>
    /// <param name="format">Any but Parquet, Arrow and Table.</param>
    /// <param name="stream">Where to.</param>
    internal static IRowWriter CreateWriter(this RowFormat format, Stream stream) => format switch
    {
        RowFormat.Csv => new CsvRowWriter(stream),
        RowFormat.Json => new JsonRowWriter(stream, isArray: true),
        RowFormat.Ndjson => new JsonRowWriter(stream, isArray: false),
        RowFormat.Markdown => new MarkdownRowWriter(stream),
        _ => new TableRowWriter(stream),
    };
}
