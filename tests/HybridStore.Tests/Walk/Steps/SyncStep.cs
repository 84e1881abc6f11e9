namespace HybridStore.Tests.Walk.Steps;

/// <summary>Makes Postgres hold a window, of days or of days with rows.</summary>
internal sealed class SyncStep : IWalkStep
{
    public int Weight => 12;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        var tables = world.Tables.Where(table => table.Now is not null).ToList();
        var isAll = random.Next(5) == 0 && tables.Count > 0 && tables.TrueForAll(table => table.Now!.Rows.Length > 0);
        if (isAll) return world.RunAsync(PlanAll(tables, random), random);
        return world.Choose(random) is { Now.Rows.Length: > 0 } table ? world.RunAsync(Plan(table, random), random) : Task.CompletedTask;
    }

    /// <summary>Plans a sync of one dataset, up to a day of its range or one near it.</summary>
    internal static WalkAction Plan(WalkTable table, Random random)
    {
        var (lake, count) = (table.Now!, random.Next(1, 8));
        var days = lake.ByDay.Select(day => day.Key.Date).Distinct().Order().ToList();
        var last = random.Next(3) == 0 ? days[^1] : days[0].AddDays(random.Next(days[^1].DayNumber - days[0].DayNumber + 3));
        var isTrading = random.Next(4) == 0;
        var first = isTrading ? days.Where(day => day <= last).TakeLast(count).FirstOrDefault(last) : last.AddDays(1 - count);
        string[] line = ["sync", table.Dataset.Name, "--window", $"{count}{(isTrading ? "td" : "d")}", "--as-of", $"{last:O}", "--quiet"];
        return new WalkAction(table, line) { HotAfter = table.Hot.Sync(table, day => day >= first && day <= last) };
    }

    /// <summary>Plans a sync of every dataset, each up to its newest day.</summary>
    private static WalkAction PlanAll(List<WalkTable> tables, Random random)
    {
        var count = random.Next(1, 8);
        return new WalkAction(tables[0], "sync", "--window", $"{count}d", "--quiet")
        {
            HotAfter = After(tables[0]),
            Also = [.. tables.Skip(1).Select(table => (table, (Func<WalkState?>)(() => null), (Func<WalkHot?>)(() => After(table))))],
        };

        WalkHot After(WalkTable table)
        {
            var last = table.Now!.Rows.Max(row => row.Date);
            return table.Hot.Sync(table, day => day > last.AddDays(-count) && day <= last);
        }
    }
}
