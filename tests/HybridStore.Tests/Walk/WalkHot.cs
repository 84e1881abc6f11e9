using System.Collections.Immutable;

namespace HybridStore.Tests.Walk;

/// <summary>A symbol-day in Postgres.</summary>
/// <param name="Rows">Its rows as they were in the lake when they were loaded.</param>
/// <param name="IsHeld">Whether it is pinned or leased, so that no sync takes it away.</param>
internal sealed record WalkHotDay(ImmutableArray<WalkRow> Rows, bool IsHeld);

/// <summary>What Postgres holds of a dataset.</summary>
/// <param name="Columns">The table's columns, in no order; none while there is no table.</param>
/// <param name="Days">By symbol and day.</param>
internal sealed record WalkHot(ImmutableHashSet<string> Columns, ImmutableDictionary<(string Symbol, DateOnly Date), WalkHotDay> Days)
{
    internal static WalkHot None { get; } = new([], ImmutableDictionary<(string Symbol, DateOnly Date), WalkHotDay>.Empty);

    /// <summary>Whether there is a table.</summary>
    internal bool IsMade => Columns.Count > 0;

    /// <summary>After any command, which gives the table the columns that the lake has now: what it no longer has, no row has.</summary>
    internal WalkHot Ensure(WalkTable table)
    {
        var (dataset, columns) = (table.Dataset, table.Now!.Columns.ToImmutableHashSet());
        var isNarrower = Columns.Except(columns).Count > 0;
        return new WalkHot(columns, isNarrower ? Days.ToImmutableDictionary(day => day.Key, day => Strip(day.Value)) : Days);

        WalkHotDay Strip(WalkHotDay day) => day with { Rows = [.. day.Rows.Select(StripRow)] };
        WalkRow StripRow(WalkRow row) => dataset.Row(row.Cells.Where(cell => columns.Contains(cell.Key)).ToDictionary());
    }

    /// <summary>After a load of symbol-days from the lake.</summary>
    internal WalkHot Load(WalkTable table, Func<(string Symbol, DateOnly Date), bool> isWanted, bool isHeld)
    {
        var ensured = Ensure(table);
        var days = ensured.Days.ToBuilder();
        foreach (var day in table.Now!.ByDay.Where(day => isWanted(day.Key)))
        {
            days[day.Key] = new WalkHotDay([.. day], isHeld || (days.TryGetValue(day.Key, out var before) && before.IsHeld));
        }

        return ensured with { Days = days.ToImmutable() };
    }

    /// <summary>After a sync: the window as it is in the lake, and what is held.</summary>
    internal WalkHot Sync(WalkTable table, Func<DateOnly, bool> isInWindow)
    {
        var loaded = Load(table, day => isInWindow(day.Date) || (Days.TryGetValue(day, out var hot) && hot.IsHeld), isHeld: false);
        var stays = loaded.Days.Where(day => day.Value.IsHeld || (isInWindow(day.Key.Date) && table.Now!.ByDay.Contains(day.Key)));
        return loaded with { Days = stays.ToImmutableDictionary() };
    }

    /// <summary>After an eviction, which leaves what the lake does not hold, or not so.</summary>
    internal WalkHot Evict(WalkTable table, Func<(string Symbol, DateOnly Date), bool> isWanted, bool discards)
    {
        var ensured = Ensure(table);
        var stays = ensured.Days.Where(day => !isWanted(day.Key) || (!discards && !ensured.IsInLake(table.Now!, day.Key)));
        return ensured with { Days = stays.ToImmutableDictionary() };
    }

    /// <summary>Whether a symbol-day is what the lake holds of it.</summary>
    internal bool IsInLake(WalkState lake, (string Symbol, DateOnly Date) day) => WalkRows.AreSame(Days[day].Rows, lake.ByDay[day]);
}
