using HybridStore.Schema;

namespace HybridStore.Tests.Walk.Steps;

/// <summary>Lays a dataset out in another way.</summary>
internal sealed class RepartitionStep : IWalkStep
{
    public int Weight => 5;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        if (world.Choose(random) is not { } table) return Task.CompletedTask;
        var layout = WalkValues.Pick(random, Enum.GetValues<Partitioning>());
        if (layout == table.Now!.Layout) return Task.CompletedTask;
        // Done once more, it would say that the dataset has that layout.
        string[] line = ["repartition", layout.ToText(), "--dataset", table.Dataset.Name];
        var after = table.Now with { Layout = layout };
        return world.RunAsync(new WalkAction(table, line) { After = after, IsRepeatable = false }, random);
    }
}
