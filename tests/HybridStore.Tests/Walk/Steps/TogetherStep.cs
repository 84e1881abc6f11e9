namespace HybridStore.Tests.Walk.Steps;

/// <summary>Several processes at a dataset: two that append, and one that compacts or asks.</summary>
internal sealed class TogetherStep : IWalkStep
{
    public int Weight => 6;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        if (world.Choose(random) is not { Derivation: null } table) return Task.CompletedTask;
        var first = IngestStep.Plan(world, table, table.Now, "keep", hasKey: false, random);
        var second = IngestStep.Plan(world, table, first.After, "keep", hasKey: false, random);
        // Whose new column comes first is open, and what is forced may not be repeated.
        var hasNewColumns = !second.After!.Columns.SequenceEqual(table.Now!.Columns);
        if (hasNewColumns || !first.IsRepeatable || !second.IsRepeatable) return Task.CompletedTask;
        var name = table.Dataset.Name;
        string[] third = random.Next(2) == 0
            ? ["compact", "--dataset", name, "--quiet"]
            : ["sql", $"select count(*) from {name}", "--output", "json", "-o", world.File("count.json")];
        return world.RunTogetherAsync([first, second, new WalkAction(table.Dataset, third)], second.After, random);
    }
}
