using HybridStore.Schema;

namespace HybridStore.Tests.Walk.Steps;

/// <summary>Several processes at a dataset: two that append, and one that cares for it, checks it or asks it.</summary>
internal sealed class TogetherStep : IWalkStep
{
    public int Weight => 8;

    public async Task TakeAsync(WalkWorld world, Random random)
    {
        if (world.Choose(random) is not { Derivation: null } table) return;
        var first = IngestStep.Plan(world, table, table.Now, "keep", hasKey: false, random);
        var second = IngestStep.Plan(world, table, first.After, "keep", hasKey: false, random);
        // Whose new column comes first is open, and what is forced may not be repeated.
        var hasNewColumns = !second.After!.Columns.SequenceEqual(table.Now!.Columns);
        if (hasNewColumns || !first.IsRepeatable || !second.IsRepeatable) return;
        var layout = WalkValues.Pick(random, Enum.GetValues<Partitioning>());
        var choice = random.Next(layout == table.Now.Layout ? 4 : 6);
        var third = Third(world, table, choice, layout);
        var after = choice < 4 ? second.After : second.After with { Layout = layout };
        await world.RunTogetherAsync([first, second, third], after, random);
    }

    private static WalkAction Third(WalkWorld world, WalkTable table, int choice, Partitioning layout)
    {
        var name = table.Dataset.Name;
        return choice switch
        {
            0 => new WalkAction(table, "compact", "--dataset", name, "--quiet"),
            1 => new WalkAction(table, "sql", $"select count(*) from {name}", "--output", "json", "-o", world.File("count.json")),
            2 => new WalkAction(table, "verify", name, "--deep"),
            3 => new WalkAction(table, "vacuum", "--dataset", name, "--older-than", "1h", "--log", "--yes", "--quiet"),
            // Done once more, it says that the dataset has that layout.
            _ => new WalkAction(table, "repartition", layout.ToText(), "--dataset", name) { IsRepeatable = false },
        };
    }
}
