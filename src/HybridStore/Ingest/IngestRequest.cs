using HybridStore.Ingest.Typing;
using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>What to ingest, and how. What is null is inferred at a dataset's first ingest, and taken from the lake at later ones.</summary>
public sealed record IngestRequest
{
    /// <summary>Files, folders and globs; <c>-</c> for <see cref="StandardInput"/>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Where the bytes of the path <c>-</c> come from; read once, to the end.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Plain files that others may still be adding to, with the bytes up to their last line's end: what is behind waits.</summary>
    internal IReadOnlyDictionary<string, long> GrowingFiles { get; init; } = new Dictionary<string, long>();

    /// <summary>The sheet to read of each workbook; null = all.</summary>
    public string? Sheet { get; init; }

    /// <summary>The symbol of all rows, for sources without a column of it.</summary>
    public string? Symbol { get; init; }

    /// <summary>How the sources' paths tell symbol or date, such as <c>{symbol}_{date}.csv</c>.</summary>
    public string? PathPattern { get; init; }

    /// <summary>How the sources are spelled, as far as it is not to be found out.</summary>
    public DialectOverrides Dialect { get; init; } = new();

    /// <summary>Whether the time column counts the hours of its day from 1 to 24, or 23 or 25 where clocks change; an hour is stored as its beginning.</summary>
    public bool IsHourEnding { get; init; }

    /// <summary>The dataset's name; null = each file's folder.</summary>
    public string? Dataset { get; init; }

    /// <summary>The column that names the instrument.</summary>
    public string? SymbolColumn { get; init; }

    /// <summary>The column that orders the rows, or two with a plus between: a day and a time of day.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>IANA name of the zone whose days are the partition dates.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Types of columns by name, instead of what the values look like.</summary>
    public IReadOnlyDictionary<string, ColumnType> ColumnTypes { get; init; } = new Dictionary<string, ColumnType>();

    /// <summary>How columns spell their dates and times, where the sources' first rows leave it open: by name.</summary>
    public IReadOnlyDictionary<string, CsvTimeFormat> TimeFormats { get; init; } = new Dictionary<string, CsvTimeFormat>();

    /// <summary>The layout of a new dataset; null = by how many rows a symbol has a day.</summary>
    public Partitioning? Partitioning { get; init; }

    /// <summary>Whether a row that cannot be stored fails its file, instead of going to quarantine.</summary>
    public bool FailsOnReject { get; init; }

    /// <summary>What happens to rows that the lake has, or that come twice.</summary>
    public DuplicatePolicy OnDuplicate { get; init; }

    /// <summary>The columns that make rows the same; empty for all.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Whether files are ingested whose content the lake knows already.</summary>
    public bool Force { get; init; }

    /// <summary>Which rows and columns are wanted.</summary>
    public SourceFilter Filter { get; init; } = SourceFilter.None;

    /// <summary>How many rows may go to quarantine before the ingest stops and nothing of the dataset is stored.</summary>
    public RejectLimit MaxRejects { get; init; }

    /// <summary>Plain bytes of sources after which an ingest commits what it has, and goes on: 0 or less for a size that takes the better part of a minute.</summary>
    public long CommitBytes { get; init; }

    /// <summary>Threads, or null for one a core.</summary>
    public int? Jobs { get; init; }

    /// <summary>Memory for row buffers and DuckDB, in bytes; null = a share of the machine's.</summary>
    public long? MemoryBytes { get; init; }
}
