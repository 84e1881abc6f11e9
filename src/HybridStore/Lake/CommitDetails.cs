namespace HybridStore.Lake;

/// <summary>What a commit tells those who read the log later.</summary>
/// <remarks>The law: rows read = stored + rejected + deduplicated + filtered. A commit that breaks it is refused.</remarks>
public sealed record CommitDetails
{
    /// <summary>The files that the rows came from, as the user named them.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Rows in the sources.</summary>
    public long RowsRead { get; init; }

    /// <summary>Rows that this commit stored.</summary>
    public long RowsStored { get; init; }

    /// <summary>Rows that went to quarantine.</summary>
    public long RowsRejected { get; init; }

    /// <summary>Rows left out because their key or their whole content was stored already.</summary>
    public long RowsDeduplicated { get; init; }

    /// <summary>Rows that the request left out.</summary>
    public long RowsFiltered { get; init; }

    /// <summary>The time the work took up to the commit, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Anything else worth keeping, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
}
