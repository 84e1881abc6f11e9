namespace HybridStore.Query.Export;

/// <summary>Which rows and columns of a dataset leave the store, and how.</summary>
public sealed record ExportRequest
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The file, or the folder when <see cref="IsSplit"/>.</summary>
    public required string Path { get; init; }

    /// <summary>What the files are.</summary>
    public required ExportFormat Format { get; init; }

    /// <summary>The symbols, exactly as stored; null for all.</summary>
    public IReadOnlyList<string>? Symbols { get; init; }

    /// <summary>The first partition date; null for the dataset's first.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last partition date, included; null for the dataset's last.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The columns in order, <c>date</c> and <c>symbol</c> among them; null for the dataset's own.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Whether each symbol gets a file of its own, named as the lake names its folders.</summary>
    public bool IsSplit { get; init; }

    /// <summary>Whether texts that a spreadsheet would run as a formula get a <c>'</c> before them.</summary>
    public bool IsSpreadsheetSafe { get; init; }

    /// <summary>Whether what is at <see cref="Path"/> may be replaced.</summary>
    public bool Replaces { get; init; }
}
