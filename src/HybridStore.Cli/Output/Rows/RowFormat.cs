namespace HybridStore.Cli.Output.Rows;

/// <summary>The formats that a result is written in.</summary>
internal enum RowFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>RFC 4180.</summary>
    Csv,

    /// <summary>One array of objects.</summary>
    Json,

    /// <summary>An object a line.</summary>
    Ndjson,

    /// <summary>A Markdown table.</summary>
    Markdown,

    /// <summary>One Parquet file, zstd.</summary>
    Parquet,

    /// <summary>Arrow's IPC format: a stream on stdout, a file with -o.</summary>
    Arrow,
}
