namespace HybridStore;

/// <summary>What <c>hybrid.json</c> says of one dataset in Postgres; what is left out is as for every dataset.</summary>
public sealed record DatasetSettings
{
    /// <summary>What <c>sync</c> keeps hot: <c>30d</c>, <c>4w</c>, or <c>20td</c> for trading days, those with rows; null for <see cref="StoreSettings.WindowDays"/>.</summary>
    public string? Window { get; init; }

    /// <summary>The index of a day's rows: <c>btree</c>, <c>brin</c>, <c>none</c>, or statements such as <c>create index on {leaf} (exchange, timestamp)</c>; null for <c>btree</c>.</summary>
    public string? Index { get; init; }

    /// <summary>Summary tables by name: a SELECT over the dataset's table for each, with a column <c>date</c>; computed day by day.</summary>
    public IReadOnlyDictionary<string, string>? Summaries { get; init; }
}
