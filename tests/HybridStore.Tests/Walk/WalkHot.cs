using System.Collections.Immutable;

namespace HybridStore.Tests.Walk;

/// <summary>A symbol-day in Postgres.</summary>
/// <param name="Rows">Its rows as they were in the lake when they were loaded.</param>
/// <param name="IsHeld">Whether it is pinned or leased, so that no sync takes it away.</param>
internal sealed record WalkHotDay(ImmutableArray<WalkRow> Rows, bool IsHeld);

/// <summary>What Postgres holds of a dataset; null days of a dataset that was never loaded are told by <see cref="IsMade"/>.</summary>
/// <param name="IsMade">Whether there is a table.</param>
/// <param name="Days">By symbol and day.</param>
internal sealed record WalkHot(bool IsMade, ImmutableDictionary<(string Symbol, DateOnly Date), WalkHotDay> Days)
{
    internal static WalkHot None { get; } = new(false, ImmutableDictionary<(string Symbol, DateOnly Date), WalkHotDay>.Empty);

    /// <summary>After a load of symbol-days from the lake.</summary>
    internal WalkHot Load(WalkState lake, Func<(string Symbol, DateOnly Date), bool> isWanted, bool isHeld)
    {
        var days = Days.ToBuilder();
        foreach (var day in lake.ByDay.Where(day => isWanted(day.Key)))
        {
            days[day.Key] = new WalkHotDay([.. day], isHeld || (days.TryGetValue(day.Key, out var before) && before.IsHeld));
        }

        return new WalkHot(true, days.ToImmutable());
    }

    /// <summary>After a sync: the window as it is in the lake, and what is held.</summary>
    internal WalkHot Sync(WalkState lake, Func<DateOnly, bool> isInWindow)
    {
        var loaded = Load(lake, day => isInWindow(day.Date) || (Days.TryGetValue(day, out var hot) && hot.IsHeld), isHeld: false).Days;
        var stays = loaded.Where(day => day.Value.IsHeld || (isInWindow(day.Key.Date) && lake.ByDay.Contains(day.Key)));
        return new WalkHot(true, stays.ToImmutableDictionary());
    }

    /// <summary>After an eviction, which leaves what the lake does not hold, or not so.</summary>
    internal WalkHot Evict(WalkState lake, Func<(string Symbol, DateOnly Date), bool> isWanted, bool discards) =>
        new(true, Days.Where(day => !isWanted(day.Key) || (!discards && !IsInLake(lake, day.Key))).ToImmutableDictionary());

    /// <summary>Whether a symbol-day is what the lake holds of it.</summary>
    internal bool IsInLake(WalkState lake, (string Symbol, DateOnly Date) day) => WalkRows.AreSame(Days[day].Rows, lake.ByDay[day]);
}
