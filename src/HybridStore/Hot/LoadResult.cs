namespace HybridStore.Hot;

/// <summary>What a load of a range did.</summary>
public sealed record LoadResult
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The symbols asked for; all that have rows in the range when all were asked for.</summary>
    public required IReadOnlyList<string> Symbols { get; init; }

    /// <summary>The first day asked for.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The last day asked for.</summary>
    public required DateOnly To { get; init; }

    /// <summary>Rows sent to Postgres and committed.</summary>
    public required long RowsLoaded { get; init; }

    /// <summary>Rows that were there, unchanged.</summary>
    public required long RowsAlreadyHot { get; init; }

    /// <summary>Symbol-days loaded.</summary>
    public required int PartitionsLoaded { get; init; }

    /// <summary>Symbol-days that were there, unchanged.</summary>
    public required int PartitionsAlreadyHot { get; init; }

    /// <summary>Days of the range on which the lake has none of the symbols.</summary>
    public required IReadOnlyList<DateOnly> DaysMissing { get; init; }

    /// <summary>Days of summaries that were computed, because their rows or the summary changed.</summary>
    public int SummaryDaysComputed { get; init; }

    /// <summary>Seconds in all.</summary>
    public required double Seconds { get; init; }

    /// <summary>Rows loaded a second.</summary>
    public double RowsPerSecond => Seconds > 0 ? RowsLoaded / Seconds : 0;

    /// <summary>Seconds of building indexes, added up over the connections that ran side by side.</summary>
    public required double IndexSeconds { get; init; }
}
