namespace HybridStore.Coverage;

/// <summary>What to look at, and what is expected.</summary>
public sealed record CoverageRequest
{
    /// <summary>Thin days have less than this share of the symbol's median, if nobody says otherwise.</summary>
    public const double ThinShareDefault = 0.5;

    /// <summary>The first day; null for the dataset's first, and then a symbol's days before its own first are not missing.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, included; null for the dataset's last.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The symbols; null for all.</summary>
    public IReadOnlyCollection<string>? Symbols { get; init; }

    /// <summary>When rows are expected; null for weekdays, or every day when the dataset has rows on weekends.</summary>
    public TradingCalendar? Calendar { get; init; }

    /// <summary>Days with less than this share of the symbol's median are thin; above 0, up to 1.</summary>
    public double ThinShare { get; init; } = ThinShareDefault;
}
