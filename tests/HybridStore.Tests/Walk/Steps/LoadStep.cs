namespace HybridStore.Tests.Walk.Steps;

/// <summary>Loads a range of days into Postgres; pinned, leased, or until the next sync.</summary>
internal sealed class LoadStep : IWalkStep
{
    public int Weight => 8;

    public async Task TakeAsync(WalkWorld world, Random random)
    {
        if (world.Choose(random) is not { Now.Rows.Length: > 0 } table) return;
        var begin = WalkValues.Pick(random, table.Now.Rows);
        var (from, to) = (begin.Date.AddDays(-random.Next(3)), begin.Date.AddDays(random.Next(4)));
        var all = random.Next(2) == 0;
        var symbols = new HashSet<string> { begin.Symbol ?? "" };
        if (random.Next(2) == 0) symbols.Add(WalkValues.Pick(random, table.Now.Rows).Symbol ?? "");
        var isAsked = table.Hot.IsMade && random.Next(4) == 0;
        var hold = random.Next(4) switch
        {
            0 when !isAsked => (string[])["--pin"],
            1 => ["--lease", "7d"],
            _ => [],
        };
        var names = all ? "ALL" : string.Join(',', symbols);
        string[] line = ["load-historical", table.Dataset.Name, names, $"{from:O}", $"{to:O}", .. hold, "--quiet"];
        if (isAsked)
        {
            var lease = hold.Length > 0 ? ", '7 days'" : "";
            await world.Database.RunAsync($"select hybrid.hydrate('{table.Dataset.Name}', '{names}', '{from:O}', '{to:O}'{lease})");
        }

        var hot = table.Hot.Load(table, IsWanted, hold.Length > 0);
        await world.RunAsync(new WalkAction(table, isAsked ? ["serve", "--hot", "--once", "--quiet"] : line) { HotAfter = hot }, random);

        bool IsWanted((string Symbol, DateOnly Date) day) => day.Date >= from && day.Date <= to && (all || symbols.Contains(day.Symbol));
    }
}
