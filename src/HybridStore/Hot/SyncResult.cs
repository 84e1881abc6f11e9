using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>What a sync did.</summary>
public sealed record SyncResult
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The window that Postgres holds now.</summary>
    public required DateRange Window { get; init; }

    /// <summary>Rows sent to Postgres and committed.</summary>
    public required long RowsLoaded { get; init; }

    /// <summary>Rows that fell out of the window, or that the lake no longer has.</summary>
    public required long RowsEvicted { get; init; }

    /// <summary>Symbol-days loaded: missing before, or changed in the lake.</summary>
    public required int PartitionsLoaded { get; init; }

    /// <summary>Symbol-days evicted.</summary>
    public required int PartitionsEvicted { get; init; }

    /// <summary>Symbol-days of the window that were there, unchanged.</summary>
    public required int PartitionsUnchanged { get; init; }

    /// <summary>Days of summaries that were computed, because their rows or the summary changed.</summary>
    public int SummaryDaysComputed { get; init; }

    /// <summary>Seconds in all.</summary>
    public required double Seconds { get; init; }
}
