namespace HybridStore.Query;

/// <summary>What a backtest reads: some symbols' rows of some days, in time order.</summary>
public sealed record ScanRequest
{
    /// <summary>More symbols than this are no list that somebody wrote: leave them out to get all.</summary>
    public const int SymbolsMax = 100_000;

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The symbols, exactly as stored, up to <see cref="SymbolsMax"/>, each once; null for all, in ordinal order.</summary>
    public IReadOnlyList<string>? Symbols { get; init; }

    /// <summary>The first partition date; null for the dataset's first.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last partition date, included; null for the dataset's last.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The columns that are read beside the time, in any case; <c>date</c> and <c>symbol</c> may be among them.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Symbol after symbol, or all in one order of time.</summary>
    public ScanOrder Order { get; init; }
}
