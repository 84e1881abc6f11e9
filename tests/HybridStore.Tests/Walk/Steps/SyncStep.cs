namespace HybridStore.Tests.Walk.Steps;

/// <summary>Makes Postgres hold a window, of days or of days with rows.</summary>
internal sealed class SyncStep : IWalkStep
{
    public int Weight => 12;

    public Task TakeAsync(WalkWorld world, Random random) =>
        world.Choose(random) is { Now.Rows.Length: > 0 } table ? world.RunAsync(Plan(table, random), random) : Task.CompletedTask;

    internal static WalkAction Plan(WalkTable table, Random random)
    {
        var (lake, count) = (table.Now!, random.Next(1, 8));
        var days = lake.ByDay.Select(day => day.Key.Date).Distinct().Order().ToList();
        var last = random.Next(3) == 0 ? days[^1] : days[0].AddDays(random.Next(days[^1].DayNumber - days[0].DayNumber + 3));
        var isTrading = random.Next(4) == 0;
        var first = isTrading ? days.Where(day => day <= last).TakeLast(count).FirstOrDefault(last) : last.AddDays(1 - count);
        string[] line = ["sync", table.Dataset.Name, "--window", $"{count}{(isTrading ? "td" : "d")}", "--as-of", $"{last:O}", "--quiet"];
        return new WalkAction(table.Dataset, line) { HotAfter = table.Hot.Sync(lake, day => day >= first && day <= last) };
    }
}
