namespace HybridStore.Query;

/// <summary>What a backtest reads: some symbols' rows of some days, in time order.</summary>
public sealed record ScanRequest
{
    /// <summary>More streams than this are not merged: each holds a chunk of rows and a connection.</summary>
    public const int SymbolsMax = 1024;

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The symbols, exactly as stored, 1 to <see cref="SymbolsMax"/>, each once.</summary>
    public required IReadOnlyList<string> Symbols { get; init; }

    /// <summary>The first partition date; null for the dataset's first.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last partition date, included; null for the dataset's last.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The columns that are read beside the time, in any case.</summary>
    public required IReadOnlyList<string> Columns { get; init; }
}
