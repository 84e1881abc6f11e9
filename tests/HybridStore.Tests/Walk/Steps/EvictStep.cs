namespace HybridStore.Tests.Walk.Steps;

/// <summary>Takes a range, or all, out of Postgres; what the lake does not hold so stays, unless it is to be discarded.</summary>
internal sealed class EvictStep : IWalkStep
{
    public int Weight => 5;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        var tables = world.Tables.Where(table => table is { Now: not null, Hot.Days.Count: > 0 }).ToList();
        if (tables.Count == 0) return Task.CompletedTask;
        var table = WalkValues.Pick(random, tables);
        var (symbol, date) = WalkValues.Pick(random, table.Hot.Days.Keys.Order().ToList());
        var all = random.Next(4) == 0;
        var (from, to) = (date.AddDays(-random.Next(3)), date.AddDays(random.Next(3)));
        List<string> line = ["evict", table.Dataset.Name, .. all ? (string[])["--all"] : [symbol, $"{from:O}", $"{to:O}"]];
        var discards = random.Next(3) == 0;
        bool IsWanted((string Symbol, DateOnly Date) day) => all || (day.Symbol == symbol && day.Date >= from && day.Date <= to);
        var hot = table.Hot.Evict(table, IsWanted, discards);
        if (discards) line.Add("--discard");
        var action = new WalkAction(table, [.. line])
        {
            HotAfter = hot,
            ExitCode = hot.Days.Keys.Any(IsWanted) ? HybridStore.Cli.ExitCode.SourceData : HybridStore.Cli.ExitCode.Ok,
        };
        return world.RunAsync(action, random);
    }
}
