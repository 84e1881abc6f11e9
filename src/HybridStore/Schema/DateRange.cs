namespace HybridStore.Schema;

/// <summary>Calendar days, both ends included.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day, not before <paramref name="From"/>.</param>
public readonly record struct DateRange(DateOnly From, DateOnly To)
{
    /// <summary>How many days.</summary>
    public int DayCount => To.DayNumber - From.DayNumber + 1;

    /// <summary>Every day, in order.</summary>
    public IEnumerable<DateOnly> Days
    {
        get
        {
            for (var day = From; day < To; day = day.AddDays(1)) yield return day;
            yield return To;
        }
    }

    /// <summary>Whether a day is inside.</summary>
    /// <param name="day">Any day.</param>
    public bool Contains(DateOnly day) => From <= day && day <= To;

    /// <summary>Whether the two share a day.</summary>
    /// <param name="other">Any range.</param>
    public bool Overlaps(DateRange other) => From <= other.To && other.From <= To;

    /// <summary>The range with days before and behind it, as far as the calendar reaches.</summary>
    /// <param name="before">How many days before, at least 0.</param>
    /// <param name="behind">How many days behind, at least 0.</param>
    public DateRange Widened(int before, int behind) => new(
        DateOnly.FromDayNumber(Math.Max(From.DayNumber - before, DateOnly.MinValue.DayNumber)),
        DateOnly.FromDayNumber(Math.Min(To.DayNumber + behind, DateOnly.MaxValue.DayNumber)));

    /// <summary>Such as <c>2024-11-01 to 2024-11-30</c>.</summary>
    public override string ToString() => $"{From:O} to {To:O}";
}
