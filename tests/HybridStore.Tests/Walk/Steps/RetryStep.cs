namespace HybridStore.Tests.Walk.Steps;

/// <summary>Reads the quarantine again, with a word that now stands for no value.</summary>
internal sealed class RetryStep : IWalkStep
{
    public int Weight => 6;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        var tables = world.Tables.Where(table => table.Now is { Rejects.Length: > 0 }).ToList();
        if (tables.Count == 0) return Task.CompletedTask;
        var table = WalkValues.Pick(random, tables);
        var (now, name) = (table.Now!, table.Dataset.Name);
        string[] line = ["rejects", "retry", name, "--quiet"];
        if (random.Next(3) == 0) return world.RunAsync(new WalkAction(table.Dataset, line) { After = now }, random);
        var mended = now.Rejects.Where(reject => reject.Mended is not null).ToList();
        var rows = now.Rows.AddRange(mended.Select(reject => reject.Mended!));
        var after = now with { Rows = rows, Rejects = now.Rejects.RemoveRange(mended) };
        return world.RunAsync(new WalkAction(table.Dataset, [.. line, "--null", WalkValues.NoNumber]) { After = after }, random);
    }
}
